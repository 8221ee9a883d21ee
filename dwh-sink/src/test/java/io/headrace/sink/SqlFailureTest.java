package io.headrace.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlFailureTest {

  private static SqlFailure failure(String state) {
    return new SqlFailure(new SQLException("…", state));
  }

  /**
   * Numeric overflow, no value, division by zero, NOT NULL, FK, unique, CHECK, EXCLUDE, trigger.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "22003", "22P02", "22012", "22001", "23502", "23503", "23001", "23505", "23514", "23P01",
        "P0001", "P0004", "45000", "45X01", "54000"
      })
  void aRowMayBeToBlame(String state) {
    assertThat(failure(state).ofRow()).isTrue();
    assertThat(failure(state).passes()).isFalse();
  }

  /** Connection, serialization, deadlock, disk, memory, timeouts, locks, recovery, read-only. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "08006", "08003", "40001", "40P01", "53100", "53200", "53300", "57014", "57P01", "57P03",
        "55P03", "25006"
      })
  void whatPassesIsNeverARowsFault(String state) {
    assertThat(failure(state).ofRow()).isFalse();
    assertThat(failure(state).passes()).isTrue();
  }

  /** No such table, column, function, rights; a bug; nothing known. */
  @ParameterizedTest
  @ValueSource(
      strings = {"42P01", "42703", "42883", "42501", "28P01", "3D000", "XX000", "21000", ""})
  void noRowIsToBlameForSettingsAndBugs(String state) {
    assertThat(failure(state).ofRow()).isFalse();
    assertThat(failure(state).passes()).isFalse();
  }
}
