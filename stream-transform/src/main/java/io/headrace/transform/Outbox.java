package io.headrace.transform;

import io.headrace.wire.Epoch;
import org.jspecify.annotations.Nullable;

/** Where a task's results go. All timestamps are Kafka's: milliseconds of the capture's clock. */
interface Outbox {

  /**
   * A fact has changed.
   *
   * @param star the star table's place in the star
   * @param key COPY text of the base's primary key
   * @param fact COPY text of the star table's inputs; null when it has gone
   */
  void fact(int star, byte[] key, byte @Nullable [] fact, long timestamp);

  /** An epoch is complete in this partition: every fact topic is to be told. */
  void complete(Epoch epoch, long timestamp);

  /** To every partition. */
  void broadcast(ParentMessage message, long timestamp);

  /** What was sent should be seen soon. */
  void commitSoon();
}
