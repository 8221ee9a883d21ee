package io.headrace.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.observe.PipelineWatch.Seen;
import io.headrace.observe.Trouble.Kind;
import io.headrace.stage.Database;
import io.headrace.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReadinessTest {
  private static final Database SERVER = new Database("db", 5432, "shop", "app", "secret");
  private static final Set<Hop> SINK = Set.of(Hop.WAREHOUSE, Hop.SINK);

  @Test
  void nobodyIsReadyBeforeTheFirstLook() {
    assertThat(Readiness.of(null, SINK).text())
        .isEqualTo("not ready\nnobody has looked at the pipeline yet\n");
  }

  @Test
  void anOldLookIsItselfAFailure() {
    assertThat(Readiness.of(seen(Duration.ofSeconds(12)), SINK).causes())
        .containsExactly("nobody has looked at the pipeline for 12 s");
  }

  @Test
  void whatIsOnlySlowIsReadyAndSaysSo() {
    Readiness slow =
        Readiness.of(seen(Duration.ZERO, new Trouble(Hop.SINK, Kind.SLOW, "is slow")), SINK);
    assertThat(slow.ready()).isTrue();
    assertThat(slow.json()).isEqualTo("{\"status\":\"slow\",\"causes\":[\"sink: is slow\"]}");
  }

  @Test
  void whatStandsStillOrHasNotBegunIsNotReady() {
    for (Kind kind : List.of(Kind.STOPPED, Kind.STARTING)) {
      assertThat(
              Readiness.of(seen(Duration.ZERO, new Trouble(Hop.SINK, kind, "stands")), SINK).text())
          .isEqualTo("not ready\nsink: stands\n");
    }
  }

  @Test
  void othersHopsDoNotCount() {
    Seen seen = seen(Duration.ZERO, new Trouble(Hop.CAPTURE, "no capture is at work"));
    assertThat(Readiness.of(seen, SINK).word()).isEqualTo("ready");
  }

  private static Seen seen(Duration ago, Trouble... troubles) {
    PipelineState state =
        new PipelineState(
            SERVER,
            SERVER,
            "k:9092",
            new Topics("h"),
            Answer.notAsked(),
            Answer.notAsked(),
            Answer.notAsked(),
            Answer.notAsked());
    return new Seen(state, List.of(troubles), System.nanoTime() - ago.toNanos());
  }
}
