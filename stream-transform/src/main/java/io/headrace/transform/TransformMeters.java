package io.headrace.transform;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import org.apache.kafka.streams.KafkaStreams;

/** What the transform counts; the rest Kafka Streams counts itself. */
final class TransformMeters {
  private final MeterRegistry registry;
  private final Counter rebalances;
  private final Counter retries;
  private final Counter records;
  private final Counter facts;
  private final Counter epochs;
  private final DistributionSummary batch;

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
    records =
        Counter.builder("headrace.transform.records")
            .description("Records read from the tables' topics")
            .register(registry);
    facts =
        Counter.builder("headrace.transform.facts")
            .description("Facts sent to the fact topics")
            .register(registry);
    epochs =
        Counter.builder("headrace.transform.epochs")
            .description("Epochs completed, counted in each partition")
            .register(registry);
    batch =
        DistributionSummary.builder("headrace.transform.batch")
            .description("Records of one epoch in one partition")
            .baseUnit("records")
            .register(registry);
  }

  void state(KafkaStreams.State now) {
    if (now == KafkaStreams.State.REBALANCING) {
      rebalances.increment();
    }
  }

  /** An epoch is complete in a partition. */
  void epoch(long recordsRead, long factsSent) {
    records.increment((double) recordsRead);
    facts.increment((double) factsSent);
    epochs.increment();
    batch.record((double) recordsRead);
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
