package io.headrace.sink;

import org.jspecify.annotations.Nullable;

/**
 * A record in a fact topic that no transform has written.
 *
 * @param table the star table's name
 * @param cause why it is none of ours
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Garbage(
    String topic,
    int partition,
    long offset,
    String table,
    byte @Nullable [] key,
    byte @Nullable [] value,
    String cause) {}
