package io.headrace.capture;

import io.debezium.connector.postgresql.PostgresType;
import io.debezium.connector.postgresql.TypeRegistry;
import io.debezium.connector.postgresql.connection.PostgresConnection;

/**
 * Makes Debezium's decoder take every column's value for a text. The decoder looks types up by name
 * only to turn values into Java objects; the tables' schemas are made from object identifiers,
 * which stay what they are.
 */
final class RawTextTypes extends TypeRegistry {

  private final PostgresType text;

  RawTextTypes(PostgresConnection connection) {
    super(connection);
    text = super.get("text");
  }

  @Override
  public PostgresType get(String schema, String name) {
    return text;
  }
}
