package io.headrace.capture;

import org.jspecify.annotations.Nullable;

/**
 * What the source answered when it was asked for a row.
 *
 * @param topic its table's topic
 * @param key the key of the row's records
 * @param row the row's envelope; null where there is no such row
 * @param delete the envelope that takes it away; null where nobody asked for that very row
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RereadRow(String topic, byte[] key, byte @Nullable [] row, byte @Nullable [] delete) {}
