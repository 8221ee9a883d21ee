package io.headrace.sink.freshness;

import io.headrace.wire.EpochMark;
import io.headrace.wire.EpochMark.Passage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts how long epochs take, in memory: whoever merges adds, and somebody else takes away every
 * few seconds what has been counted.
 */
public final class Latencies {
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final Map<Hop, Timer> timers = new EnumMap<>(Hop.class);
  private final Counter changes;
  private final Counter epochs;
  private final DistributionSummary batch;
  private volatile @Nullable Duration sourceAhead;
  private Counted counted = new Counted(Instant.now());

  /** A part of the way, as headrace.latency_history names it. */
  enum Hop {
    CAPTURE,
    TRANSFORM,
    SINK,
    TOTAL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What has been counted since a moment of this process's clock. */
  static final class Counted {
    private final Instant since;
    private final Map<Hop, Histogram> hops = new EnumMap<>(Hop.class);
    private long changes;

    Counted(Instant since) {
      this.since = since;
      for (Hop hop : Hop.values()) {
        hops.put(hop, new Histogram());
      }
    }

    Instant since() {
      return since;
    }

    long changes() {
      return changes;
    }

    Map<Hop, Histogram> hops() {
      return hops;
    }
  }

  /** Counts for headrace.latency_history, and for a registry. */
  public Latencies(MeterRegistry registry) {
    for (Hop hop : Hop.values()) {
      timers.put(
          hop,
          Timer.builder("headrace.latency")
              .description("From the source's commit until the warehouse shows it, by hop")
              .tag("hop", hop.toString())
              .publishPercentileHistogram()
              .minimumExpectedValue(SHORTEST)
              .maximumExpectedValue(LONGEST)
              .register(registry));
    }
    changes =
        Counter.builder("headrace.sink.changes").description("Facts merged").register(registry);
    epochs =
        Counter.builder("headrace.sink.epochs").description("Epochs merged").register(registry);
    batch =
        DistributionSummary.builder("headrace.sink.batch")
            .description("Facts in one merge")
            .baseUnit("changes")
            .register(registry);
  }

  /** How far the source's clock is ahead of this process's; without it nothing can be measured. */
  void sourceAhead(Duration ahead) {
    sourceAhead = ahead;
  }

  /**
   * A merge has been committed.
   *
   * @param marks its epochs
   * @param rows its facts
   * @param visible when it was committed, by this process's clock
   */
  public void merged(Collection<EpochMark> marks, long rows, Instant visible) {
    changes.increment((double) rows);
    epochs.increment(marks.size());
    batch.record((double) rows);
    Duration ahead = sourceAhead;
    if (ahead == null) {
      return;
    }
    Instant bySource = visible.plus(ahead);
    synchronized (this) {
      counted.changes += rows;
      for (EpochMark mark : marks) {
        Passage passage = mark.passage();
        if (passage != null) {
          count(HopTimes.of(passage, bySource));
        }
      }
    }
  }

  private void count(HopTimes times) {
    count(Hop.CAPTURE, times.capture());
    count(Hop.TRANSFORM, times.transform());
    count(Hop.SINK, times.sink());
    count(Hop.TOTAL, times.total());
  }

  private void count(Hop hop, Duration duration) {
    Histogram histogram = counted.hops.get(hop);
    Timer timer = timers.get(hop);
    if (histogram != null && timer != null) {
      histogram.add(duration);
      timer.record(duration.isNegative() ? Duration.ZERO : duration);
    }
  }

  /** Takes away what has been counted. */
  synchronized Counted take() {
    Counted taken = counted;
    counted = new Counted(Instant.now());
    return taken;
  }
}
