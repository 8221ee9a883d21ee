package io.headrace.capture;

import io.debezium.connector.postgresql.PostgresConnectorConfig;
import io.debezium.connector.postgresql.PostgresConnectorTask;
import io.debezium.connector.postgresql.PostgresSchema;
import io.debezium.connector.postgresql.connection.MessageDecoder;
import io.debezium.connector.postgresql.connection.MessageDecoderContext;
import io.debezium.connector.postgresql.connection.PostgresConnection;
import io.debezium.connector.postgresql.connection.ReplicationConnection;
import io.debezium.connector.postgresql.connection.pgoutput.PgOutputMessageDecoder;
import io.debezium.jdbc.JdbcConnection;
import java.sql.SQLException;

/** The task of {@link PackingConnector}. Public because Debezium makes it by its name. */
public final class PackingTask extends PostgresConnectorTask {

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
            .withTypeRegistry(jdbcConnection.getTypeRegistry())
            .withSchema(schema)
            .jdbcMetadataConnection(jdbcConnection)
            .build();
    if (!(replication instanceof JdbcConnection jdbc)) {
      throw new SQLException(
          "Debezium's replication connection must be a JDBC connection but is " + replication);
    }
    // Streamed over this very connection, so the settings hold for the stream.
    jdbc.execute(SourceSession.TEXT_FORM.toArray(String[]::new));
    jdbc.execute("SET application_name = '" + SourceSession.APPLICATION + "'");
    MessageDecoder decoder =
        new PgOutputMessageDecoder(new MessageDecoderContext(config, schema), jdbcConnection);
    return new PackingConnection(
        replication, jdbc, config.slotName(), decoder, jdbcConnection.getTypeRegistry());
  }
}
