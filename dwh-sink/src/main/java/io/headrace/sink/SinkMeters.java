package io.headrace.sink;

import io.headrace.sink.freshness.Latencies;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;

/** What the sink counts. */
final class SinkMeters {
  private final MeterRegistry registry;
  private final Latencies latencies;
  private final Counter retries;
  private final Timer merge;

  SinkMeters(MeterRegistry registry) {
    this.registry = registry;
    latencies = new Latencies(registry);
    retries =
        Counter.builder("headrace.sink.retries")
            .description("Failures after which the sink began again from the warehouse's position")
            .register(registry);
    merge =
        Timer.builder("headrace.sink.merge")
            .description("Transactions of the warehouse that take epochs into the star")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofMinutes(10))
            .register(registry);
  }

  Latencies latencies() {
    return latencies;
  }

  void retry() {
    retries.increment();
  }

  void merged(long beganNanos) {
    merge.record(Duration.ofNanos(System.nanoTime() - beganNanos));
  }

  /** The consumer's own metrics, until they are closed. */
  KafkaClientMetrics of(Consumer<?, ?> consumer) {
    KafkaClientMetrics metrics = new KafkaClientMetrics(consumer);
    metrics.bindTo(registry);
    return metrics;
  }
}
