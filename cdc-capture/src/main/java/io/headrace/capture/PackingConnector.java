package io.headrace.capture;

import io.debezium.config.Configuration;
import io.debezium.connector.postgresql.PostgresConnector;
import java.util.Map;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;

/**
 * Debezium's connector for PostgreSQL, with a stream that brings rows as they came, many in one
 * record ({@link PackedRows}). Public because Debezium makes it by its name.
 */
public final class PackingConnector extends PostgresConnector {

  @Override
  public Class<? extends Task> taskClass() {
    return PackingTask.class;
  }

  // The start check has asked for more than this does, and one connection fewer is a faster start.
  @Override
  protected void validateConnection(Map<String, ConfigValue> values, Configuration configuration) {}
}
