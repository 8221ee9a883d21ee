package io.headrace.cli.status;

import io.headrace.capture.CaptureState;
import io.headrace.transform.TransformState;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochMark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Names the hops at which changes stop or are late. The pipeline itself writes into the source's
 * log once a second when nobody else does, so every hop has something new all the time, and one
 * that has not is in trouble, whatever it says of itself.
 */
public final class Diagnosis {
  /** Later than this is trouble. An idle source is never more than some seconds behind. */
  static final Duration LATE = Duration.ofSeconds(10);

  private final PipelineState before;
  private final PipelineState now;
  private final List<Trouble> troubles = new ArrayList<>();

  private Diagnosis(PipelineState before, PipelineState now) {
    this.before = before;
    this.now = now;
  }

  /**
   * What is wrong, in the order of the flow; nothing when changes arrive in time.
   *
   * @param before an earlier look, a second or more ago: tells what is slow from what stands still
   */
  public static List<Trouble> of(PipelineState before, PipelineState now) {
    Diagnosis diagnosis = new Diagnosis(before, now);
    diagnosis.servers();
    diagnosis.capture();
    diagnosis.transform();
    diagnosis.sink();
    return diagnosis.troubles;
  }

  private void servers() {
    unreachable(Hop.SOURCE, now.capture());
    unreachable(Hop.KAFKA, now.epoch());
    unreachable(Hop.WAREHOUSE, now.warehouse());
  }

  private void unreachable(Hop hop, Answer<?> answer) {
    String trouble = answer.trouble();
    if (trouble != null) {
      troubles.add(new Trouble(hop, trouble));
    }
  }

  private void capture() {
    CaptureState capture = now.capture().value();
    if (capture == null) {
      return;
    }
    if (capture.since() == null) {
      troubles.add(new Trouble(Hop.CAPTURE, "no capture is at work"));
    } else if (late(now.captureBehind())) {
      say(Hop.CAPTURE, now.captureBehind(), number(before), number(now));
    }
  }

  private void transform() {
    TransformState transform = now.transform().value();
    if (transform == null) {
      String trouble = now.transform().trouble();
      if (trouble != null && now.epoch().value() != null && now.warehouse().value() != null) {
        troubles.add(new Trouble(Hop.TRANSFORM, trouble));
      }
      return;
    }
    Epoch next = transform.next();
    if (transform.threads() == 0) {
      troubles.add(new Trouble(Hop.TRANSFORM, "no transform is at work"));
    } else if (next != null && late(age(next.committed()))) {
      say(
          Hop.TRANSFORM,
          age(next.committed()),
          before.transform().map(TransformState::done),
          transform.done());
    }
  }

  private void sink() {
    PipelineState.WarehouseState warehouse = now.warehouse().value();
    if (warehouse == null) {
      return;
    }
    EpochMark shown = warehouse.sink().shown();
    if (warehouse.sink().since() == null) {
      troubles.add(new Trouble(Hop.SINK, "no sink is at work"));
    } else if (troubles.isEmpty() && shown != null && late(age(shown.committed()))) {
      // What has not come to it is not its fault.
      say(
          Hop.SINK,
          age(shown.committed()),
          before.warehouse().map(then -> then.sink().shown()),
          shown);
    }
  }

  private void say(
      Hop hop, @Nullable Duration behind, @Nullable Object then, @Nullable Object present) {
    troubles.add(
        new Trouble(
            hop,
            (Objects.equals(then, present) ? "stands still, " : "is slow, ")
                + String.format(
                    Locale.ROOT,
                    "%,.1f s behind the source",
                    behind == null ? 0 : behind.toMillis() / 1000.0)));
  }

  private static @Nullable Long number(PipelineState state) {
    return state.epoch().map(Epoch::number);
  }

  private @Nullable Duration age(Instant committed) {
    Instant clock = now.capture().map(CaptureState::now);
    return clock == null ? null : Duration.between(committed, clock);
  }

  private static boolean late(@Nullable Duration behind) {
    return behind != null && behind.compareTo(LATE) > 0;
  }
}
