package io.headrace.observe;

import io.headrace.capture.CaptureState;
import io.headrace.observe.PipelineState.WarehouseState;
import io.headrace.observe.Trouble.Kind;
import io.headrace.sink.Pause;
import io.headrace.sink.Stand;
import io.headrace.transform.TransformState;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochMark;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Names the hops at which changes stop or are late. The pipeline itself writes into the source's
 * log once a second when nobody else does, so every hop has something new all the time, and one
 * that has not is in trouble, whatever it says of itself.
 */
public final class Diagnosis {
  /** Later than this is trouble. An idle source is never more than some seconds behind. */
  public static final Duration LATE = Duration.ofSeconds(6);

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
    if (now.epoch().reached() && !before.transform().reached()) {
      // Several questions in a row, which a broker that is only busy may not answer in time.
      unreachable(Hop.KAFKA, now.transform());
    }
    unreachable(Hop.WAREHOUSE, now.warehouse());
    CloserLook closer = now.closer();
    if (closer != null) {
      disk(Hop.SOURCE, closer.sourceDisk());
      disk(Hop.WAREHOUSE, closer.warehouseDisk());
    }
  }

  private void unreachable(Hop hop, Answer<?> answer) {
    String trouble = answer.trouble();
    if (trouble != null && !answer.reached()) {
      stopped(hop, trouble);
    }
  }

  private void disk(Hop hop, @Nullable String full) {
    if (full != null) {
      stopped(hop, full);
    }
  }

  private void capture() {
    CaptureState capture = now.capture().value();
    if (capture == null) {
      return;
    }
    if (capture.since() == null) {
      stopped(Hop.CAPTURE, "no capture is at work");
    } else if (now.epoch().reached() && now.epoch().value() == null) {
      starting(Hop.CAPTURE, "has not read the source's tables for the first time yet");
    } else if (late(now.captureBehind())) {
      late(
          Hop.CAPTURE,
          now.captureBehind(),
          moved(state -> state.epoch().map(Epoch::number), CloserLook::captured),
          null);
    }
  }

  private void transform() {
    TransformState transform = now.transform().value();
    if (transform == null) {
      return;
    }
    Epoch next = transform.next();
    if (transform.threads() == 0) {
      stopped(Hop.TRANSFORM, "no transform is at work");
    } else if (next != null && late(age(next.committed()))) {
      late(
          Hop.TRANSFORM,
          age(next.committed()),
          moved(state -> state.transform().map(TransformState::done), CloserLook::joined),
          transform.balanced() ? null : "its partitions are being shared out");
    }
  }

  private void sink() {
    if (now.warehouse().reached() && now.warehouse().value() == null) {
      starting(Hop.SINK, String.valueOf(now.warehouse().trouble()));
      return;
    }
    WarehouseState warehouse = now.warehouse().value();
    if (warehouse == null) {
      return;
    }
    EpochMark shown = warehouse.sink().shown();
    Pause pause = warehouse.sink().pause();
    if (pause != null) {
      troubles.add(new Trouble(Hop.SINK, Kind.PAUSED, words(pause)));
    } else if (warehouse.sink().since() == null) {
      stopped(Hop.SINK, "no sink is at work");
    } else if (shown == null) {
      starting(Hop.SINK, "has not filled the warehouse for the first time yet");
    } else if (warehouse.sink().stand() != null && hasWork(shown)) {
      troubles.add(new Trouble(Hop.SINK, Kind.PAUSED, words(warehouse.sink().stand())));
    } else if (hasWork(shown) && late(age(shown.committed()))) {
      String work = words(warehouse.sinkWork());
      late(
          Hop.SINK,
          age(shown.committed()),
          work != null
              || !Objects.equals(before.warehouse().map(then -> then.sink().shown()), shown),
          work);
    }
  }

  /** What has not come to it is not its fault. */
  private boolean hasWork(EpochMark shown) {
    Long done = now.transform().map(TransformState::done);
    return done == null ? troubles.isEmpty() : done > shown.number();
  }

  private @Nullable String words(SinkWork work) {
    String staged = work.staged();
    if (work.words() == null && staged != null) {
      SinkWork then = before.warehouse().map(WarehouseState::sinkWork);
      return then == null || staged.equals(then.staged()) ? null : "stages rows";
    }
    return work.words();
  }

  private static String words(Stand stand) {
    return "stands until "
        + stand.marts()
        + (stand.marts().contains(",") ? " have" : " has")
        + " been refreshed, at the latest until "
        + stand.atLatest().truncatedTo(ChronoUnit.SECONDS)
        + ": to be shown is the source before "
        + stand.before();
  }

  private static String words(Pause pause) {
    return "paused since "
        + pause.since().truncatedTo(ChronoUnit.SECONDS)
        + " by "
        + pause.by()
        + (pause.reason().isEmpty() ? "" : ": " + pause.reason());
  }

  /**
   * Whether a hop has done anything between the two looks, by what it finished or what it wrote.
   */
  private boolean moved(
      Function<PipelineState, @Nullable Long> finished,
      Function<CloserLook, @Nullable Long> written) {
    if (!Objects.equals(finished.apply(before), finished.apply(now))) {
      return true;
    }
    CloserLook then = before.closer();
    CloserLook present = now.closer();
    if (then == null || present == null) {
      return false;
    }
    Long first = written.apply(then);
    Long second = written.apply(present);
    return first != null && second != null && !first.equals(second);
  }

  private void late(Hop hop, @Nullable Duration behind, boolean moves, @Nullable String work) {
    String words =
        (moves ? "is slow, " : "stands still, ")
            + String.format(
                Locale.ROOT,
                "%,.1f s behind the source",
                behind == null ? 0 : behind.toMillis() / 1000.0)
            + (work == null ? "" : ": " + work);
    troubles.add(new Trouble(hop, moves ? Kind.SLOW : Kind.STOPPED, words));
  }

  private void stopped(Hop hop, String words) {
    troubles.add(new Trouble(hop, Kind.STOPPED, words));
  }

  private void starting(Hop hop, String words) {
    troubles.add(new Trouble(hop, Kind.STARTING, words));
  }

  private @Nullable Duration age(Instant committed) {
    Instant clock = now.capture().map(CaptureState::now);
    return clock == null ? null : Duration.between(committed, clock);
  }

  private static boolean late(@Nullable Duration behind) {
    return behind != null && behind.compareTo(LATE) > 0;
  }
}
