package io.headrace.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.stage.StageException;
import io.headrace.stage.StageException.Kind;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FailuresTest {

  private static @Nullable StageException fatal(Throwable cause) {
    return Failures.fatal(new StreamsException("outer", cause), Path.of("state"));
  }

  @Test
  void whatPassesByItselfIsTriedAgain() {
    assertThat(fatal(new TimeoutException("slow"))).isNull();
    assertThat(fatal(new ProducerFencedException("another"))).isNull();
  }

  @Test
  void ourOwnErrorIsPassedOn() {
    StageException own = new StageException(Kind.FAILED, "cannot use the record");
    assertThat(fatal(own)).isSameAs(own);
  }

  @Test
  void whatCannotPassSaysWhatItMeans() {
    assertFailed(
        new NoOffsetForPartitionException(new TopicPartition("t", 1)),
        Kind.LOST,
        "gone from Kafka, or the topic");
    assertFailed(new MissingSourceTopicException("t"), Kind.LOST, "run ./headrace replay --rejoin");
    assertFailed(
        new TopicAuthorizationException(Set.of("t")),
        Kind.SETTINGS,
        "Kafka refuses the transform: ");
    assertFailed(
        new RecordTooLargeException("70000000 bytes"), Kind.FAILED, "a row is too large for Kafka");
    assertFailed(
        new ProcessorStateException("no space left"),
        Kind.FAILED,
        "cannot use the state in state: no space");
    assertFailed(new IllegalStateException("bug"), Kind.FAILED, "the transform failed: bug");
  }

  private static void assertFailed(Throwable cause, Kind kind, String message) {
    StageException failed = Objects.requireNonNull(fatal(cause));
    assertThat(failed).hasMessageContaining(message);
    assertThat(failed.kind()).isEqualTo(kind);
  }
}
