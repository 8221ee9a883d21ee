package io.headrace.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.capture.CaptureState;
import io.headrace.capture.CaptureState.SlotState;
import io.headrace.sink.SinkState;
import io.headrace.stage.Database;
import io.headrace.star.TableName;
import io.headrace.transform.TransformState;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochMark;
import io.headrace.wire.Lsn;
import io.headrace.wire.Topics;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusScreenTest {
  private static final Instant NOW = Instant.parse("2026-01-01T09:00:00Z");
  private static final Database SOURCE = new Database("db", 5432, "shop", "app", "secret");
  private static final Database WAREHOUSE = new Database("wh", 5432, "dwh", "dwh", "secret");
  private static final SlotState SLOT =
      new SlotState("headrace_h", true, "reserved", 3L << 20, null);

  @Test
  void aPipelineAtWork() {
    PipelineState state =
        state(
            new Answer<>(new CaptureState(NOW.minusSeconds(60), NOW, new Lsn(9), SLOT), null),
            new Answer<>(
                new Epoch(
                    1205,
                    new Lsn(9),
                    NOW.minusMillis(300),
                    new Epoch.Source("1", "shop"),
                    Map.of()),
                null),
            new Answer<>(new TransformState(4, 2, NOW.minusSeconds(50), true, 1205L, null), null),
            new Answer<>(
                new PipelineState.WarehouseState(
                    new SinkState(
                        NOW.minusSeconds(40),
                        "process 1 on h",
                        new EpochMark(1204, new Lsn(8), NOW.minusMillis(1300)),
                        "g",
                        NOW,
                        null,
                        null),
                    List.of(
                        new SinkState.Table(new TableName("public", "d_customer"), 1_000_000L),
                        new SinkState.Table(new TableName("public", "f"), 7L),
                        new SinkState.Table(new TableName("public", "g"), null)),
                    List.of(
                        new Run(
                            "resync",
                            "public.order",
                            "manual",
                            NOW.minusSeconds(9),
                            null,
                            "running",
                            "running",
                            "12 rows",
                            null),
                        new Run(
                            "repair",
                            "differences of verify 7",
                            "manual",
                            NOW.minusSeconds(30),
                            NOW,
                            "failed",
                            "failed",
                            "2 keys",
                            "was interrupted")),
                    null,
                    Map.of("sink", 1L),
                    List.of()),
                null));
    assertThat(Diagnosis.of(state, state)).isEmpty();
    assertThat(StatusScreen.draw(state, Diagnosis.of(state, state), ZoneOffset.UTC))
        .isEqualTo(
            """
            source     postgresql://app@db:5432/shop
                       slot headrace_h: read, reserved, keeps 3.0 MB of log
            kafka      k:9092, topics h.*
            warehouse  postgresql://dwh@wh:5432/dwh

            capture    at work since 2026-01-01 08:59:00   epoch 1,205   0.3 s behind the source
            transform  at work since 2026-01-01 08:59:10   epoch 1,205, 2 processes, 4 threads
            sink       at work since 2026-01-01 08:59:20   epoch 1,204   1.3 s behind the source

            The warehouse shows the source's commit of 2026-01-01 08:59:58, at 0/8 in its log.

            SET ASIDE  1 dead letter waits: but for its row the warehouse equals the source; see headrace dead-letters list.

            public.d_customer        1,000,000 rows, about   1.3 s behind
            public.f                         7 rows, about   1.3 s behind
            public.g                        rows not known   1.3 s behind

            2026-01-01 08:59:51  resync      public.order: running, 12 rows
            2026-01-01 08:59:30  repair      differences of verify 7: failed after 30.0 s, 2 keys: was interrupted
            """);
  }

  @Test
  void whatCannotBeReachedOrIsNotAtWorkIsNamed() {
    PipelineState state =
        state(
            new Answer<>(
                new CaptureState(
                    null,
                    NOW,
                    new Lsn(9),
                    new SlotState("headrace_h", false, "extended", 5L << 30, 1L << 30)),
                null),
            new Answer<>(null, "no broker"),
            new Answer<>(new TransformState(0, 0, null, false, null, null), null),
            new Answer<>(null, "Connection refused"));
    assertThat(StatusScreen.draw(state, Diagnosis.of(state, state), ZoneOffset.UTC))
        .isEqualTo(
            """
            source     postgresql://app@db:5432/shop
                       slot headrace_h: NOT READ by anybody, extended, keeps 5,120.0 MB of log, 1,024.0 MB until it is in danger
            kafka      k:9092, topics h.*: no broker
            warehouse  postgresql://dwh@wh:5432/dwh: Connection refused

            capture    NOT AT WORK
            transform  NOT AT WORK   no epoch yet, 0 processes, 0 threads, partitions are being shared out
            sink       NOT AT WORK

            TROUBLE  kafka: no broker
            TROUBLE  warehouse: Connection refused
            TROUBLE  capture: no capture is at work
            TROUBLE  transform: no transform is at work

            """);
  }

  @Test
  void theSameAsJson() {
    PipelineState state =
        state(
            new Answer<>(new CaptureState(null, NOW, new Lsn(9), null), null),
            new Answer<>(null, "no broker"),
            new Answer<>(null, "no broker"),
            new Answer<>(null, "Connection refused"));
    assertThat(StatusJson.write(state, Diagnosis.of(state, state)))
        .contains(
            "\"hop\" : \"capture\"",
            "\"trouble\" : \"no broker\"",
            "\"trouble\" : \"Connection refused\"",
            "\"now\" : \"2026-01-01T09:00:00Z\"")
        .doesNotContain("secret");
  }

  private static PipelineState state(
      Answer<CaptureState> capture,
      Answer<Epoch> epoch,
      Answer<TransformState> transform,
      Answer<PipelineState.WarehouseState> warehouse) {
    return new PipelineState(
        SOURCE, WAREHOUSE, "k:9092", new Topics("h"), capture, epoch, transform, warehouse);
  }
}
