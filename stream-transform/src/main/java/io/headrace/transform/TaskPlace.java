package io.headrace.transform;

/**
 * Which task it is.
 *
 * @param partition its partition of every topic
 * @param partitions how many there are
 * @param firstEpoch the epoch that a task without state begins with; records of earlier ones belong
 *     to it
 */
record TaskPlace(int partition, int partitions, long firstEpoch) {}
