package io.headrace.transform;

/**
 * A foreign key that some join follows, and so an index from what it refers to back to the
 * referring rows.
 *
 * @param index the number of the index
 * @param columns positions in the child's columns
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ForeignKey(int index, int[] columns) {}
