package io.headrace.capture;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import org.apache.kafka.clients.producer.Producer;

/** What the capture counts. Nothing is done for a single record. */
final class CaptureMeters {
  private final MeterRegistry registry;
  private final Counter records;
  private final Counter epochs;
  private final Counter retries;
  private final DistributionSummary batch;

  CaptureMeters(MeterRegistry registry) {
    this.registry = registry;
    records =
        Counter.builder("headrace.capture.records")
            .description("Records written to the tables' topics and committed")
            .register(registry);
    epochs =
        Counter.builder("headrace.capture.epochs")
            .description("Epochs committed to Kafka")
            .register(registry);
    retries =
        Counter.builder("headrace.capture.retries")
            .description("Failures after which the capture began again from Kafka's position")
            .register(registry);
    batch =
        DistributionSummary.builder("headrace.capture.batch")
            .description("Records in one epoch")
            .baseUnit("records")
            .register(registry);
  }

  /** A Kafka transaction without the end of its epoch has been committed. */
  void part(long written) {
    records.increment((double) written);
  }

  /** An epoch has been committed. */
  void epoch(long written) {
    part(written);
    epochs.increment();
    batch.record((double) written);
  }

  void retry() {
    retries.increment();
  }

  /** The producer's own metrics, until they are closed. */
  KafkaClientMetrics of(Producer<?, ?> producer) {
    KafkaClientMetrics metrics = new KafkaClientMetrics(producer);
    metrics.bindTo(registry);
    return metrics;
  }
}
