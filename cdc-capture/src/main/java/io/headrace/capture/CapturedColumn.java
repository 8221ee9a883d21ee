package io.headrace.capture;

import io.headrace.star.DataType.Family;

/**
 * A column as the stream will carry it.
 *
 * @param name as the catalog spells it
 * @param family how its values are written
 */
record CapturedColumn(String name, Family family) {}
