package io.headrace.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

class TestServersIT {

  @Test
  void everyDatabaseIsNewAndReadyForLogicalReplication() throws Exception {
    TestDatabase first = TestServers.newDatabase("the first, of two");
    TestDatabase second = TestServers.newDatabase();
    assertThat(first.port()).isEqualTo(second.port());
    assertThat(first.name()).isNotEqualTo(second.name());
    try (Connection connection = first.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT current_database(), current_setting('wal_level'),"
                    + " (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)")) {
      rows.next();
      assertThat(rows.getString(1)).isEqualTo(first.name());
      assertThat(rows.getString(2)).isEqualTo("logical");
      assertThat(rows.getBoolean(3)).isTrue();
    }
  }

  @Test
  void theBrokerTakesTopics() throws Exception {
    String topic = TestServers.uniqueName("Topic Of Tests");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafka()))) {
      admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1))).all().get();
      assertThat(admin.listTopics().names().get()).contains(topic);
    }
    assertThat(topic).startsWith("topic_of_tests_");
  }

  @Test
  void namesFitPostgres() {
    assertThat(TestServers.uniqueName("x".repeat(200))).hasSize(63);
  }
}
