package io.headrace.transform;

/**
 * What the tasks of one running transform share.
 *
 * @param partitions of every topic
 * @param firstEpochs by partition: see {@link StartOffsets}
 * @param holdBack always true but in the test that shows what it is good for
 * @param neighbours its tasks, for each other
 * @param local what its tasks have done
 * @param gaps where the topics hold nothing
 * @param letters how many dead letters may still come
 * @param commits when to commit, for each stream thread
 * @param meters what they count
 */
record Instance(
    int partitions,
    FirstEpochs firstEpochs,
    boolean holdBack,
    Neighbours neighbours,
    LocalTasks local,
    TopicGaps gaps,
    LetterBudget letters,
    ThreadLocal<CommitPace> commits,
    TransformMeters meters) {

  TaskPlace place(int partition) {
    return new TaskPlace(partition, partitions, firstEpochs.of(partition));
  }

  /** The epoch that a task without state begins with. */
  interface FirstEpochs {
    long of(int partition);
  }

  /** Knows where a topic has no records although its offsets go on: see {@link Gaps}. */
  interface TopicGaps {
    long emptyUpTo(String topic, int partition, long from, long to);
  }
}
