package io.headrace.transform;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import org.apache.kafka.streams.KafkaStreams;

/** What the transform counts; the rest Kafka Streams counts itself. */
final class TransformMeters {
  private final MeterRegistry registry;
  private final Counter rebalances;
  private final Counter retries;

  TransformMeters(MeterRegistry registry) {
    this.registry = registry;
    rebalances =
        Counter.builder("headrace.transform.rebalances")
            .description("Times that the partitions were shared out anew")
            .register(registry);
    retries =
        Counter.builder("headrace.transform.retries")
            .description("Threads that were replaced after a failure")
            .register(registry);
  }

  void state(KafkaStreams.State now) {
    if (now == KafkaStreams.State.REBALANCING) {
      rebalances.increment();
    }
  }

  void retry() {
    retries.increment();
  }

  /** The metrics of Kafka Streams and its clients, until they are closed. */
  KafkaStreamsMetrics of(KafkaStreams streams) {
    KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(streams);
    metrics.bindTo(registry);
    return metrics;
  }
}
