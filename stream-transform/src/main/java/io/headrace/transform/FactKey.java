package io.headrace.transform;

/**
 * The key of a record on its way to a fact topic: facts stay in the partition of their base row,
 * whatever the key's hash.
 *
 * @param bytes the key as written
 * @param partition where to
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record FactKey(byte[] bytes, int partition) {}
