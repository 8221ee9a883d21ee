package io.headrace.stage;

import io.headrace.wire.EpochMark;

/**
 * Hears what a stage does, for a person to read. Called from the stage's own threads; must not
 * block.
 */
public interface StageListener {

  /** Says something once, in a plain sentence. */
  void says(String sentence);

  /**
   * Tells how far a long piece of work is.
   *
   * @param work what it is: "reading public.course"
   * @param done rows done so far
   * @param total rows in all, estimated; -1 when unknown
   */
  void progress(String work, long done, long total);

  /** Has completed an epoch: committed to Kafka, or in the warehouse. */
  void completed(EpochMark epoch);
}
