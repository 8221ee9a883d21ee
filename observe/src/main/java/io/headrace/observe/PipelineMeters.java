package io.headrace.observe;

import io.headrace.capture.CaptureState;
import io.headrace.capture.CaptureState.SlotState;
import io.headrace.observe.PipelineState.WarehouseState;
import io.headrace.observe.PipelineWatch.Seen;
import io.headrace.sink.DeadLetters;
import io.headrace.transform.TransformState;
import io.headrace.wire.Epoch;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a watch has seen, as gauges; one that is not known has the value NaN. */
public final class PipelineMeters implements MeterBinder {
  private static final List<String> WAL_STATUS =
      List.of("reserved", "extended", "unreserved", "lost");

  private final PipelineWatch watch;
  private final Set<Hop> hops;

  /**
   * Gauges.
   *
   * @param hops of which something can be known here
   */
  public PipelineMeters(PipelineWatch watch, Set<Hop> hops) {
    this.watch = watch;
    this.hops = Set.copyOf(hops);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("headrace.ready", watch, w -> Readiness.of(w.seen(), hops).ready() ? 1 : 0)
        .description("1 when changes pass, 0 when a hop stands still or has not begun")
        .strongReference(true)
        .register(registry);
    for (Hop hop : hops) {
      Gauge.builder("headrace.hop.up", watch, w -> up(w, hop))
          .description("0 when this hop stands still")
          .tag("hop", hop.toString())
          .strongReference(true)
          .register(registry);
    }
    behind(registry, "capture", PipelineState::captureBehind);
    behind(registry, "transform", PipelineMeters::transformBehind);
    behind(registry, "sink", PipelineState::warehouseBehind);
    number(
        registry,
        "headrace.epoch",
        "The last epoch of a hop",
        "capture",
        state -> state.epoch().map(Epoch::number));
    number(
        registry,
        "headrace.epoch",
        "The last epoch of a hop",
        "transform",
        state -> state.transform().map(TransformState::done));
    number(
        registry,
        "headrace.epoch",
        "The last epoch of a hop",
        "sink",
        state -> state.warehouse().map(PipelineMeters::shown));
    gauge(
        registry,
        "headrace.complete.to",
        "seconds",
        "Commit time of the source that the warehouse shows, since 1970",
        state -> state.warehouse().map(PipelineMeters::completeTo));
    for (String stage : DeadLetters.STAGES) {
      Gauge.builder(
              "headrace.dead.letters.waiting", watch, w -> value(w, s -> deadLetters(s, stage)))
          .description("Records that a stage has set aside and that wait")
          .tag("stage", stage)
          .strongReference(true)
          .register(registry);
    }
    gauge(
        registry,
        "headrace.standing",
        null,
        "1 while the star stands at midnight for a mart, as planned",
        state -> state.warehouse().map(w -> w.sink().stand() == null ? 0.0 : 1.0));
    slot(registry);
    watch.onLook(new MartMeters(watch, registry)::look);
  }

  private void slot(MeterRegistry registry) {
    gauge(
        registry,
        "headrace.slot.retained",
        "bytes",
        "Log that the source keeps for the replication slot",
        state -> slot(state, slot -> (double) slot.retained()));
    gauge(
        registry,
        "headrace.slot.safe",
        "bytes",
        "Log that the source may write until the slot is in danger",
        state -> slot(state, slot -> number(slot.safe())));
    gauge(
        registry,
        "headrace.slot.active",
        null,
        "1 when somebody reads the slot",
        state -> slot(state, slot -> slot.read() ? 1.0 : 0.0));
    for (String status : WAL_STATUS) {
      Gauge.builder(
              "headrace.slot.wal.status",
              watch,
              w -> value(w, state -> slot(state, s -> status.equals(s.status()) ? 1.0 : 0.0)))
          .description("1 for the wal_status that pg_replication_slots shows")
          .tag("status", status)
          .strongReference(true)
          .register(registry);
    }
  }

  private void behind(
      MeterRegistry registry, String hop, Function<PipelineState, @Nullable Duration> behind) {
    Gauge.builder("headrace.behind", watch, w -> value(w, s -> seconds(behind.apply(s))))
        .description("How old the source's commit is to which this hop has come")
        .baseUnit("seconds")
        .tag("hop", hop)
        .strongReference(true)
        .register(registry);
  }

  private void number(
      MeterRegistry registry,
      String name,
      String description,
      String hop,
      Function<PipelineState, @Nullable Long> number) {
    Gauge.builder(name, watch, w -> value(w, state -> number(number.apply(state))))
        .description(description)
        .tag("hop", hop)
        .strongReference(true)
        .register(registry);
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      @Nullable String unit,
      String description,
      Function<PipelineState, @Nullable Double> value) {
    Gauge.builder(name, watch, w -> value(w, value))
        .description(description)
        .baseUnit(unit)
        .strongReference(true)
        .register(registry);
  }

  static double value(PipelineWatch watch, Function<PipelineState, @Nullable Double> question) {
    Seen seen = watch.seen();
    Double value = seen == null || seen.stale() ? null : question.apply(seen.state());
    return value == null ? Double.NaN : value;
  }

  private static double up(PipelineWatch watch, Hop hop) {
    Seen seen = watch.seen();
    if (seen == null || seen.stale()) {
      return Double.NaN;
    }
    return seen.troubles().stream().anyMatch(t -> t.hop() == hop && t.kind().stops()) ? 0 : 1;
  }

  private static @Nullable Duration transformBehind(PipelineState state) {
    Instant now = state.capture().map(CaptureState::now);
    TransformState transform = state.transform().value();
    if (now == null || transform == null) {
      return null;
    }
    Epoch next = transform.next();
    if (next == null) {
      return state.captureBehind();
    }
    Duration behind = Duration.between(next.committed(), now);
    return behind.isNegative() ? Duration.ZERO : behind;
  }

  private static @Nullable Long shown(WarehouseState warehouse) {
    return warehouse.sink().shown() == null ? null : warehouse.sink().shown().number();
  }

  private static @Nullable Double completeTo(WarehouseState warehouse) {
    return warehouse.sink().shown() == null
        ? null
        : warehouse.sink().shown().committed().toEpochMilli() / 1000.0;
  }

  private static @Nullable Double deadLetters(PipelineState state, String stage) {
    return state.warehouse().map(w -> number(w.deadLetters().get(stage)));
  }

  private static @Nullable Double slot(
      PipelineState state, Function<SlotState, @Nullable Double> value) {
    SlotState slot = state.capture().map(CaptureState::slot);
    return slot == null ? null : value.apply(slot);
  }

  private static @Nullable Double number(@Nullable Long number) {
    return number == null ? null : (double) number;
  }

  private static @Nullable Double seconds(@Nullable Duration duration) {
    return duration == null ? null : duration.toMillis() / 1000.0;
  }
}
