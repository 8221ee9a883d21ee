package io.headrace.capture;

import io.debezium.connector.postgresql.PostgresConnectorConfig;
import io.debezium.connector.postgresql.PostgresConnectorTask;
import io.debezium.connector.postgresql.PostgresSchema;
import io.debezium.connector.postgresql.connection.PostgresConnection;
import io.debezium.connector.postgresql.connection.ReplicationConnection;
import io.debezium.jdbc.JdbcConnection;
import java.sql.SQLException;
import java.time.Duration;

/** The task of {@link RawTextConnector}. Public because Debezium makes it by its name. */
public final class RawTextTask extends PostgresConnectorTask {

  /**
   * How often the source is told that we are there; far below its wal_sender_timeout of a minute.
   */
  private static final Duration STATUS_INTERVAL = Duration.ofSeconds(10);

  @Override
  protected ReplicationConnection buildReplicationConnection(
      PostgresConnection jdbcConnection, PostgresSchema schema, PostgresConnectorConfig config)
      throws SQLException {
    ReplicationConnection replication =
        ReplicationConnection.builder(config)
            .withSlot(config.slotName())
            .withPublication(config.publicationName())
            .withTableFilter(config.getTableFilters())
            .withPublicationAutocreateMode(PostgresConnectorConfig.AutoCreateMode.DISABLED)
            .withPlugin(config.plugin())
            .dropSlotOnClose(false)
            .statusUpdateInterval(STATUS_INTERVAL)
            .withTypeRegistry(new RawTextTypes(jdbcConnection))
            .withSchema(schema)
            .jdbcMetadataConnection(jdbcConnection)
            .build();
    // Debezium streams over this very connection, so the settings hold for the stream.
    if (!(replication instanceof JdbcConnection jdbc)) {
      throw new SQLException(
          "Debezium's replication connection must be a JDBC connection but is " + replication);
    }
    jdbc.execute(SourceSession.TEXT_FORM.toArray(String[]::new));
    jdbc.execute("SET application_name = '" + SourceSession.APPLICATION + "'");
    return replication;
  }
}
