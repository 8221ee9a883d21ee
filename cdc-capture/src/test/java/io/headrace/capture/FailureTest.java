package io.headrace.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.stage.StageException;
import java.net.ConnectException;
import java.sql.SQLException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class FailureTest {

  @Test
  void whatPassesByItselfIsTriedAgain() {
    assertThat(Failure.passing(new SQLException("gone", "08006"))).isEqualTo("gone");
    assertThat(
            Failure.passing(new RuntimeException("engine", new SQLException("stopped", "57P01"))))
        .isEqualTo("stopped");
    assertThat(Failure.passing(new TimeoutException("no broker"))).isEqualTo("no broker");
    assertThat(Failure.passing(new ConnectException("refused"))).isEqualTo("refused");
  }

  @Test
  void settingsAndOurOwnRefusalsEndIt() {
    assertKind(
        new SQLException("password authentication failed", "28P01"), StageException.Kind.SETTINGS);
    assertKind(new TopicAuthorizationException("no"), StageException.Kind.SETTINGS);
    StageException own = new StageException(StageException.Kind.FAILED, "too large");
    assertThatThrownBy(() -> Failure.passing(new RuntimeException(own))).isSameAs(own);
  }

  @Test
  void whatIsUnknownEndsIt() {
    assertKind(new SQLException("division by zero", "22012"), StageException.Kind.FAILED);
    assertKind(new IllegalStateException("a bug"), StageException.Kind.FAILED);
  }

  private static void assertKind(Exception failure, StageException.Kind kind) {
    assertThatThrownBy(() -> Failure.passing(failure))
        .isInstanceOfSatisfying(StageException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }
}
