package io.headrace.capture;

import io.headrace.stage.StageException;
import io.headrace.star.DataType.Family;
import io.headrace.star.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tables as the stream describes them: before their first change, and whenever they may have
 * changed. What a description does not tell, the primary key and what a type is made from, the
 * source's catalog tells. Used by one thread.
 */
final class Relations {

  /** FirstNormalObjectId: types below are PostgreSQL's own. */
  private static final long FIRST_OF_USERS = 16384;

  private static final String BASE_TYPE =
      """
      WITH RECURSIVE base (type) AS (
        SELECT ?::oid
        UNION ALL
        SELECT t.typbasetype FROM base b JOIN pg_type t ON t.oid = b.type WHERE t.typtype = 'd')
      SELECT b.type::bigint FROM base b JOIN pg_type t ON t.oid = b.type WHERE t.typtype <> 'd'
      """;

  private final Map<TableName, CapturedTable> tables = new HashMap<>();
  private final Map<Integer, @Nullable Relation> known = new HashMap<>();
  private final Map<Integer, Family> families = new HashMap<>();
  private final Connection source;
  private final String prefix;
  private final String database;

  /**
   * For captured tables.
   *
   * @param source a connection that nobody else uses meanwhile
   * @param prefix of the topics
   * @param database the source's name
   */
  Relations(List<CapturedTable> tables, Connection source, String prefix, String database) {
    tables.forEach(table -> this.tables.put(table.name(), table));
    this.source = source;
    this.prefix = prefix;
    this.database = database;
  }

  /** The table of that number; null for one that the star does not read. */
  @Nullable Relation get(int number) {
    Relation relation = known.get(number);
    if (relation == null && !known.containsKey(number)) {
      throw new IllegalStateException(
          "pgoutput must describe a table before it tells of its rows, but did not describe "
              + Integer.toUnsignedString(number));
    }
    return relation;
  }

  /** Takes a description; the message stands behind its type. */
  void describe(PgOutput message) {
    int number = message.int32();
    String schema = message.text();
    TableName name = new TableName(schema.isEmpty() ? "pg_catalog" : schema, message.text());
    CapturedTable table = tables.get(name);
    if (table == null) {
      known.put(number, null);
      return;
    }
    try {
      known.put(number, relation(table, message));
    } catch (SQLException e) {
      throw new IllegalStateException("the table " + name + " cannot be looked up", e);
    }
  }

  private Relation relation(CapturedTable table, PgOutput message) throws SQLException {
    message.int8(); // the replica identity
    List<String> columns = new ArrayList<>();
    List<Family> written = new ArrayList<>();
    for (int left = message.int16(); left > 0; left--) {
      message.int8(); // whether the replica identity has it
      columns.add(message.text());
      written.add(family(message.int32()));
      message.int32(); // the type's modifier
    }
    for (String needed : table.needed()) {
      if (!columns.contains(needed)) {
        throw new StageException(
            StageException.Kind.SETTINGS,
            "The column "
                + needed
                + " of the table "
                + table.name()
                + " is gone from the source, but the star reads it.");
      }
    }
    checkKey(table);
    return new Relation(
        table,
        List.copyOf(columns),
        JsonNames.of(columns),
        written.toArray(Family[]::new),
        table.keyNames().stream().mapToInt(columns::indexOf).toArray(),
        TruncateKey.of(table.keyNames()),
        new EnvelopeEnd(table.name(), prefix, database, "false"),
        new Relation.Counter());
  }

  private void checkKey(CapturedTable table) throws SQLException {
    CatalogTable found = SourceCatalog.read(source, table.name());
    if (found != null && !Set.copyOf(found.key()).equals(Set.copyOf(table.keyNames()))) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "The primary key of the table "
              + table.name()
              + " must stay "
              + table.keyNames()
              + " but is now "
              + found.key()
              + ". Compile the star again and run once with --resnapshot.");
    }
  }

  private Family family(int type) throws SQLException {
    Family family = families.get(type);
    if (family == null) {
      family = ColumnJson.family(baseType(Integer.toUnsignedLong(type)));
      families.put(type, family);
    }
    return family;
  }

  private long baseType(long type) throws SQLException {
    if (type < FIRST_OF_USERS) {
      return type;
    }
    try (PreparedStatement query = source.prepareStatement(BASE_TYPE)) {
      query.setLong(1, type);
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? row.getLong(1) : type; // one that is gone was none of PostgreSQL's own
      }
    }
  }
}
