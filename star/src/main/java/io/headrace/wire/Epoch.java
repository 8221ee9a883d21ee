package io.headrace.wire;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where one Kafka transaction of the capture ends: the state of the source right after one of its
 * commits. Epochs are numbered without gaps from 1, the first snapshot being epoch 1. Every record
 * of a table's topic names in the header {@value #HEADER} the epoch it belongs to.
 *
 * @param number the epoch's number
 * @param lsn the end of the last source commit in it
 * @param committed when the source committed that; microseconds
 * @param source which database it is, so that another one under the same address is noticed
 * @param ends for each table's topic the end offset in each partition: the offset after the last
 *     record of this epoch or of an earlier one; 0 where there is none
 * @param cut the answer to a {@link CutMessage.End} in this epoch; null where there was none
 * @param rereads the answers to requests to read rows again
 * @param times when it was committed and captured; null when that is not known, as of a snapshot
 */
public record Epoch(
    long number,
    Lsn lsn,
    Instant committed,
    Source source,
    Map<String, List<Long>> ends,
    @Nullable Cut cut,
    Rereads rereads,
    @Nullable Times times) {

  /** The header that names a record's epoch: eight bytes, big endian. */
  public static final String HEADER = "headrace.epoch";

  /**
   * The header of a record whose facts are to be sent again although nothing may have changed. It
   * has no value.
   */
  public static final String AGAIN = "headrace.again";

  public Epoch {
    ends = Map.copyOf(ends);
  }

  /** An epoch of which it is not known when it was captured. */
  public Epoch(
      long number,
      Lsn lsn,
      Instant committed,
      Source source,
      Map<String, List<Long>> ends,
      @Nullable Cut cut,
      Rereads rereads) {
    this(number, lsn, committed, source, ends, cut, rereads, null);
  }

  /** An epoch in which nobody asked for a cut. */
  public Epoch(
      long number, Lsn lsn, Instant committed, Source source, Map<String, List<Long>> ends) {
    this(number, lsn, committed, source, ends, null, Rereads.NONE);
  }

  /** An epoch in which no row was read again. */
  public Epoch(
      long number,
      Lsn lsn,
      Instant committed,
      Source source,
      Map<String, List<Long>> ends,
      @Nullable Cut cut) {
    this(number, lsn, committed, source, ends, cut, Rereads.NONE);
  }

  /**
   * The identity of a source.
   *
   * @param system PostgreSQL's system identifier
   * @param database the database's name
   */
  public record Source(String system, String database) {}

  /**
   * How long the capture took, all by the source's clock.
   *
   * @param first when the source committed the first transaction of the epoch
   * @param written when the capture wrote the epoch, right before Kafka's commit
   */
  public record Times(Instant first, Instant written) {}

  /**
   * Where a snapshot of the source stands among the epochs.
   *
   * @param id the cut's name
   * @param epoch the epoch at whose end the source was as the snapshot sees it; 0 when there is
   *     none: the snapshot does not see the source's commits in the order of its log, as can happen
   *     when several end at once, or too long ago
   */
  public record Cut(String id, long epoch) {}
}
