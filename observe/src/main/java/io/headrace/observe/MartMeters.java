package io.headrace.observe;

import io.headrace.observe.PipelineWatch.Seen;
import io.headrace.sink.mart.MartHealth;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How each mart is, as gauges; marts come and go while the process works. */
final class MartMeters {
  private final PipelineWatch watch;
  private final List<Family> families;
  private List<String> names = List.of();

  /** A gauge for each mart. */
  private record Family(MultiGauge gauges, Function<MartHealth, @Nullable Double> value) {}

  MartMeters(PipelineWatch watch, MeterRegistry registry) {
    this.watch = watch;
    families =
        List.of(
            new Family(
                MultiGauge.builder("headrace.mart.refreshed")
                    .description("When the mart's newest refresh was done, since 1970")
                    .baseUnit("seconds")
                    .register(registry),
                mart -> seconds(mart.refreshed())),
            new Family(
                MultiGauge.builder("headrace.mart.complete.to")
                    .description("Commit time of the source that the mart shows, since 1970")
                    .baseUnit("seconds")
                    .register(registry),
                mart -> seconds(mart.completeTo())),
            new Family(
                MultiGauge.builder("headrace.mart.failed")
                    .description("1 when the mart's newest attempt that has ended had failed")
                    .register(registry),
                mart -> mart.failed() ? 1.0 : 0.0),
            new Family(
                MultiGauge.builder("headrace.mart.overdue")
                    .description("How long ago a refresh that is not done was due or asked for")
                    .baseUnit("seconds")
                    .register(registry),
                mart -> mart.overdue().toMillis() / 1000.0));
  }

  /** Has a gauge for each mart that was seen; as before when the warehouse was not. */
  void look(Seen seen) {
    List<MartHealth> marts = seen.state().warehouse().map(PipelineState.WarehouseState::marts);
    List<String> now = marts == null ? names : marts.stream().map(MartHealth::mart).toList();
    if (!now.equals(names)) {
      names = now;
      families.forEach(this::register);
    }
  }

  private void register(Family family) {
    family
        .gauges()
        .register(
            names.stream()
                .<MultiGauge.Row<?>>map(
                    name ->
                        MultiGauge.Row.of(
                            Tags.of("mart", name),
                            watch,
                            w -> PipelineMeters.value(w, state -> of(state, name, family))))
                .toList(),
            true);
  }

  private static @Nullable Double of(PipelineState state, String name, Family family) {
    List<MartHealth> marts = state.warehouse().map(PipelineState.WarehouseState::marts);
    return marts == null
        ? null
        : marts.stream()
            .filter(mart -> mart.mart().equals(name))
            .findFirst()
            .map(family.value())
            .orElse(null);
  }

  private static @Nullable Double seconds(@Nullable Instant moment) {
    return moment == null ? null : moment.toEpochMilli() / 1000.0;
  }
}
