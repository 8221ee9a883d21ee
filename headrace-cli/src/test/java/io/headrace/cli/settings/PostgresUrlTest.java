package io.headrace.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PostgresUrlTest {

  @Test
  void readsWhatPsqlReads() {
    assertThat(PostgresUrl.parse("postgresql://app:p%40ss+word@db.example.com:5555/My%20Shop"))
        .isEqualTo(new PostgresUrl("db.example.com", 5555, "My Shop", "app", "p@ss+word"));
    assertThat(PostgresUrl.parse("postgres://app@[::1]/shop"))
        .isEqualTo(new PostgresUrl("[::1]", 5432, "shop", "app", null));
  }

  @Test
  void saysWhereAUrlGoesWrong() {
    assertThatThrownBy(() -> PostgresUrl.parse("postgresql://app@db/my shop"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("is no URL: Illegal character in path at place 23");
  }
}
