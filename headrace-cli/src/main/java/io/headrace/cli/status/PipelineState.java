package io.headrace.cli.status;

import io.headrace.capture.CaptureState;
import io.headrace.sink.SinkState;
import io.headrace.stage.Database;
import io.headrace.star.Identifiers;
import io.headrace.transform.TransformState;
import io.headrace.wire.Epoch;
import io.headrace.wire.Topics;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
 */
public record PipelineState(
    Database source,
    Database warehouseServer,
    String kafka,
    Topics topics,
    Answer<CaptureState> capture,
    Answer<Epoch> epoch,
    Answer<TransformState> transform,
    Answer<WarehouseState> warehouse) {

  private static final String APPLICATION = "headrace status";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /**
   * The warehouse's part.
   *
   * @param tables of the star
   * @param runs the newest first
   */
  public record WarehouseState(SinkState sink, List<SinkState.Table> tables, List<Run> runs) {}

  /**
   * Asks all three.
   *
   * @param starTables the names of the star's tables
   */
  public static PipelineState read(
      Database source, Database warehouse, String kafka, Topics topics, List<String> starTables) {
    Answer<CaptureState> capture =
        Answer.of(
            "nothing",
            () -> {
              try (Connection connection = source.connect(APPLICATION, PATIENCE)) {
                return CaptureState.read(connection, topics);
              }
            });
    Answer<WarehouseState> state =
        Answer.of(
            "the warehouse has never been used by a sink",
            () -> {
              try (Connection connection = warehouse.connect(APPLICATION, PATIENCE)) {
                SinkState sink = SinkState.read(connection);
                return sink == null
                    ? null
                    : new WarehouseState(
                        sink,
                        SinkState.tables(
                            connection, starTables.stream().map(Identifiers::quote).toList()),
                        Runs.read(connection));
              }
            });
    Answer<Epoch> epoch =
        Answer.of("no epoch has been captured yet", () -> CaptureState.lastEpoch(kafka, topics));
    String generation = state.map(shown -> shown.sink().generation());
    Answer<TransformState> transform =
        Answer.of(
            "the warehouse shows no star yet",
            () -> generation == null ? null : TransformState.read(kafka, topics, generation));
    return new PipelineState(source, warehouse, kafka, topics, capture, epoch, transform, state);
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
