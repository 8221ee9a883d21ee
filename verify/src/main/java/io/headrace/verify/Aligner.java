package io.headrace.verify;

/** Takes snapshots of both databases at the same commit of the source. */
public interface Aligner {

  /**
   * Takes them while both sides work on.
   *
   * @throws io.headrace.stage.StageException when that cannot be done
   */
  AlignedSnapshots align();
}
