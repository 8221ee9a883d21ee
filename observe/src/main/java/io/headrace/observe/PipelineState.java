package io.headrace.observe;

import io.headrace.capture.CaptureState;
import io.headrace.sink.SinkState;
import io.headrace.sink.mart.MartHealth;
import io.headrace.stage.Database;
import io.headrace.transform.TransformState;
import io.headrace.wire.Epoch;
import io.headrace.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A running pipeline, as its two databases and its broker show it: no stage is asked, so a stage
 * that does not answer any more is seen too.
 *
 * @param capture from the source
 * @param epoch the capture's last, from Kafka
 * @param transform from Kafka
 * @param warehouse from the warehouse
 * @param topics whose pipeline it is
 * @param closer what was asked beside because something is late; null when nothing was
 */
public record PipelineState(
    Database source,
    @Nullable Database warehouseServer,
    String kafka,
    Topics topics,
    Answer<CaptureState> capture,
    Answer<Epoch> epoch,
    Answer<TransformState> transform,
    Answer<WarehouseState> warehouse,
    @Nullable CloserLook closer) {

  /**
   * The warehouse's part.
   *
   * @param tables of the star
   * @param runs the newest first
   * @param sinkWork what the server does for the sink just now
   * @param deadLetters how many records set aside wait, by the stage that has set them aside
   * @param marts how each mart is
   */
  public record WarehouseState(
      SinkState sink,
      List<SinkState.Table> tables,
      List<Run> runs,
      SinkWork sinkWork,
      Map<String, Long> deadLetters,
      List<MartHealth> marts) {

    /** A warehouse that does nothing for the sink just now. */
    public WarehouseState(SinkState sink, List<SinkState.Table> tables, List<Run> runs) {
      this(sink, tables, runs, SinkWork.NONE, Map.of(), List.of());
    }

    /** How many records set aside wait, of all stages. */
    public long deadLettersWaiting() {
      return deadLetters.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /** A state at which nobody has looked closer. */
  public PipelineState(
      Database source,
      @Nullable Database warehouseServer,
      String kafka,
      Topics topics,
      Answer<CaptureState> capture,
      Answer<Epoch> epoch,
      Answer<TransformState> transform,
      Answer<WarehouseState> warehouse) {
    this(source, warehouseServer, kafka, topics, capture, epoch, transform, warehouse, null);
  }

  /**
   * Looks once.
   *
   * @param starTables the names of the star's tables
   */
  public static PipelineState read(
      Database source, Database warehouse, String kafka, Topics topics, List<String> starTables) {
    try (Look look = new Look(new Observed(source, warehouse, kafka, topics, starTables, null))) {
      return look.state(false);
    }
  }

  /**
   * How old the commit is that Kafka has, by the source's clock; null when unknown. An idle source
   * makes an epoch each second.
   */
  public @Nullable Duration captureBehind() {
    return behind(epoch.map(Epoch::committed));
  }

  /** How old the commit is that the warehouse shows, by the source's clock; null when unknown. */
  public @Nullable Duration warehouseBehind() {
    return behind(
        warehouse.map(
            shown -> shown.sink().shown() == null ? null : shown.sink().shown().committed()));
  }

  private @Nullable Duration behind(@Nullable Instant committed) {
    Instant now = capture.map(CaptureState::now);
    if (committed == null || now == null) {
      return null;
    }
    Duration behind = Duration.between(committed, now);
    return behind.isNegative() ? Duration.ZERO : behind;
  }
}
