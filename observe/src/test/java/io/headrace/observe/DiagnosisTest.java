package io.headrace.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.capture.CaptureState;
import io.headrace.sink.Pause;
import io.headrace.sink.SinkState;
import io.headrace.sink.Stand;
import io.headrace.stage.Database;
import io.headrace.transform.TransformState;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochMark;
import io.headrace.wire.Lsn;
import io.headrace.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DiagnosisTest {
  private static final Instant NOW = Instant.parse("2026-01-01T09:00:00Z");
  private static final Database SERVER = new Database("db", 5432, "shop", "app", "secret");

  @Test
  void anIdlePipelineIsWell() {
    assertThat(troubles(at(100, 1), at(101, 1), at(100, 2))).isEmpty();
  }

  @Test
  void aCaptureThatBringsNothingMoreStandsStill() {
    assertThat(troubles(at(100, 12), null, at(100, 12)))
        .containsExactly("capture: stands still, 12.0 s behind the source");
  }

  @Test
  void aTransformThatIsLateIsNamedAndTheSinkBehindItIsNot() {
    assertThat(troubles(at(100, 1), at(80, 15), at(79, 16)))
        .containsExactly("transform: stands still, 15.0 s behind the source");
  }

  @Test
  void aSinkThatIsLateIsNamed() {
    assertThat(troubles(at(100, 1), null, at(70, 30)))
        .containsExactly("sink: stands still, 30.0 s behind the source");
  }

  @Test
  void aPausedSinkIsNamedAsPausedAndNotAsStill() {
    assertThat(
            troubles(
                state(
                    at(100, 1),
                    null,
                    at(70, 30),
                    new Pause(NOW.minusSeconds(60), "ann", "the warehouse is moved"),
                    null)))
        .containsExactly("sink: paused since 2026-01-01T08:59:00Z by ann: the warehouse is moved");
  }

  @Test
  void aStarThatStandsForAMartIsNoSinkThatStandsStill() {
    Stand stand = new Stand(NOW.minusSeconds(600), "daily", NOW.plusSeconds(3600));
    List<Trouble> troubles = of(state(at(100, 1), null, at(70, 630), null, stand));
    assertThat(troubles)
        .extracting(Trouble::toString)
        .containsExactly(
            "sink: stands until daily has been refreshed, at the latest until 2026-01-01T10:00:00Z:"
                + " to be shown is the source before 2026-01-01T08:50:00Z");
    assertThat(troubles).noneMatch(trouble -> trouble.kind().stops());
    assertThat(of(state(at(100, 1), null, at(100, 1), null, stand))).isEmpty();
  }

  @Test
  void whatMovesIsSlowAndNotStill() {
    assertThat(
            Diagnosis.of(state(at(100, 1), null, at(70, 31)), state(at(110, 1), null, at(75, 30))))
        .extracting(Trouble::toString)
        .containsExactly("sink: is slow, 30.0 s behind the source");
  }

  @Test
  void aSinkThatStagesRowsIsSlowAndOneThatStagesNoMoreStandsStill() {
    PipelineState late = state(at(100, 1), null, at(70, 30));
    PipelineState then = staging(late, "09:00 8000");
    assertThat(Diagnosis.of(then, staging(late, "09:00 16000")))
        .extracting(Trouble::toString)
        .containsExactly("sink: is slow, 30.0 s behind the source: stages rows");
    assertThat(Diagnosis.of(then, then))
        .extracting(Trouble::toString)
        .containsExactly("sink: stands still, 30.0 s behind the source");
  }

  private static PipelineState staging(PipelineState state, String staged) {
    PipelineState.WarehouseState warehouse = Objects.requireNonNull(state.warehouse().value());
    return new PipelineState(
        SERVER,
        SERVER,
        state.kafka(),
        state.topics(),
        state.capture(),
        state.epoch(),
        state.transform(),
        new Answer<>(
            new PipelineState.WarehouseState(
                warehouse.sink(),
                List.of(),
                List.of(),
                new SinkWork(null, staged),
                Map.of(),
                List.of()),
            null));
  }

  private static Epoch at(long number, int secondsAgo) {
    return new Epoch(
        number,
        new Lsn(number),
        NOW.minus(Duration.ofSeconds(secondsAgo)),
        new Epoch.Source("1", "shop"),
        Map.of());
  }

  private static List<String> troubles(Epoch captured, @Nullable Epoch joining, Epoch shown) {
    return troubles(state(captured, joining, shown));
  }

  private static List<String> troubles(PipelineState state) {
    return of(state).stream().map(Trouble::toString).toList();
  }

  private static List<Trouble> of(PipelineState state) {
    return Diagnosis.of(state, state);
  }

  private static PipelineState state(Epoch captured, @Nullable Epoch joining, Epoch shown) {
    return state(captured, joining, shown, null, null);
  }

  private static PipelineState state(
      Epoch captured,
      @Nullable Epoch joining,
      Epoch shown,
      @Nullable Pause pause,
      @Nullable Stand stand) {
    return new PipelineState(
        SERVER,
        SERVER,
        "k:9092",
        new Topics("h"),
        new Answer<>(new CaptureState(NOW, NOW, new Lsn(1), null), null),
        new Answer<>(captured, null),
        new Answer<>(
            new TransformState(
                1,
                1,
                NOW,
                true,
                joining == null ? captured.number() : joining.number() - 1,
                joining),
            null),
        new Answer<>(
            new PipelineState.WarehouseState(
                new SinkState(NOW, "", EpochMark.of(shown), "g", NOW, pause, stand),
                List.of(),
                List.of()),
            null));
  }
}
