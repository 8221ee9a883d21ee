package io.headrace.sink;

import io.headrace.sink.StarRelations.Relation;
import io.headrace.star.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The star that a replay builds beside the live one: its schemas and what stands in them. */
final class Shadow {
  static final StarPlace PLACE = StarPlace.SHADOW;

  /** What headrace keeps with every star. */
  private static final List<String> OWN =
      List.of("first_load", "sink", "hold", "star", "dead_letter");

  /** What must be seen to change together with the star's tables, and so takes their places. */
  static final List<String> SWAPPED = List.of("kafka_offset", "position");

  private Shadow() {}

  /** What a table's columns are, in words that differ when they do. */
  private static final String COLUMNS =
      """
      SELECT 'only ' || attrelid::regclass || ': '
        || string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum)
      FROM pg_attribute WHERE attrelid = ? AND attnum > 0 AND NOT attisdropped GROUP BY attrelid
      """;

  /** Whether a shadow of this star for this definition stands there already. */
  static boolean stands(Connection connection, String generation, ShadowScript script)
      throws SQLException {
    return stands(connection, generation, script.fingerprint());
  }

  private static boolean stands(Connection connection, String generation, String fingerprint)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (!exists(statement, PLACE.own("shadow")) || !exists(statement, PLACE.own("dead_letter"))) {
        return false;
      }
    }
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT EXISTS (SELECT FROM "
                + PLACE.own("shadow")
                + " WHERE generation = ? AND fingerprint = ?)")) {
      select.setString(1, generation);
      select.setString(2, fingerprint);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** Makes it in the running transaction, in the place of any other. */
  static void create(
      Connection connection, StarRelations star, ShadowScript script, String generation)
      throws SQLException {
    drop(connection);
    create(PLACE, connection, star, script, generation);
  }

  /** Makes one in the running transaction, in schemas that are not there yet. */
  static void create(
      StarPlace place,
      Connection connection,
      StarRelations star,
      ShadowScript script,
      String generation)
      throws SQLException {
    String schema = String.valueOf(place.schema());
    Grants rights = Grants.of(connection, star.moved());
    try (Statement statement = connection.createStatement()) {
      createOwn(statement, place);
      statement.execute(
          "CREATE TABLE "
              + place.own("rights")
              + " (relation text, privilege text, grantee text, grantable boolean)");
      String history = WarehouseSchema.STAR_HISTORY;
      if (exists(statement, StarPlace.LIVE.own(history))) {
        statement.execute(
            "CREATE TABLE "
                + place.own(history)
                + " (LIKE "
                + StarPlace.LIVE.own(history)
                + " INCLUDING ALL)");
        statement.execute(
            "INSERT INTO " + place.own(history) + " SELECT * FROM " + StarPlace.LIVE.own(history));
      }
      StarRelations.setPath(connection, Identifiers.quote(StarPlace.LIVE.own()));
      StarRelations position = StarRelations.ofTables(connection, StarPlace.LIVE.own(), SWAPPED);
      run(
          ShadowScript.of(connection, position, place.own()),
          Identifiers.quote(place.own()),
          connection);
      Grants.of(connection, position.tables()).applyOver(Grants.NONE, connection, place.own());
      run(script, Obstacles.path(place, star), connection);
    }
    remember(connection, place, generation, script.fingerprint());
    rights.applyOver(Grants.NONE, connection, schema);
    rights.keep(connection, place);
  }

  /**
   * Makes the shadow of one table alone, in the running transaction: without foreign keys, which
   * would lead to the live star. One that an interrupted replay has made is kept.
   *
   * @return whether it had been there
   */
  static boolean createOnly(Connection connection, Relation table, String generation)
      throws SQLException {
    String columns;
    try (PreparedStatement select = connection.prepareStatement(COLUMNS)) {
      select.setLong(1, table.oid());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        columns = row.getString(1);
      }
    }
    if (stands(connection, generation, columns)) {
      return true;
    }
    drop(connection);
    try (Statement statement = connection.createStatement()) {
      createOwn(statement, PLACE);
      for (String own : SWAPPED) {
        like(statement, PLACE.own(own), StarPlace.LIVE.own(own));
      }
      like(
          statement,
          Identifiers.quote(schema()) + "." + Identifiers.quote(table.name()),
          table.quoted());
    }
    remember(connection, PLACE, generation, columns);
    return false;
  }

  private static void createOwn(Statement statement, StarPlace place) throws SQLException {
    statement.execute("CREATE SCHEMA " + Identifiers.quote(String.valueOf(place.schema())));
    statement.execute("CREATE SCHEMA " + Identifiers.quote(place.own()));
    for (String table : OWN) {
      like(statement, place.own(table), StarPlace.LIVE.own(table));
    }
    statement.execute("INSERT INTO " + place.own("sink") + " VALUES (0, clock_timestamp(), '')");
    statement.execute("INSERT INTO " + place.own("hold") + " VALUES (NULL)");
    statement.execute(
        "CREATE TABLE " + place.own("shadow") + " (generation text, fingerprint text)");
  }

  private static void like(Statement statement, String table, String other) throws SQLException {
    statement.execute("CREATE TABLE " + table + " (LIKE " + other + " INCLUDING ALL)");
  }

  private static void remember(
      Connection connection, StarPlace place, String generation, String fingerprint)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + place.own("shadow") + " VALUES (?, ?)")) {
      insert.setString(1, generation);
      insert.setString(2, fingerprint);
      insert.executeUpdate();
    }
  }

  private static void run(ShadowScript script, String path, Connection connection)
      throws SQLException {
    StarRelations.setPath(connection, path);
    try (Statement statement = connection.createStatement()) {
      for (String each : script.statements()) {
        statement.execute(each);
      }
    }
  }

  /** Takes it away in the running transaction. */
  static void drop(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS " + Identifiers.quote(schema()) + " CASCADE");
      statement.execute("DROP SCHEMA IF EXISTS " + Identifiers.quote(PLACE.own()) + " CASCADE");
    }
  }

  static String schema() {
    return String.valueOf(PLACE.schema());
  }

  static boolean exists(Statement statement, String table) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT to_regclass('" + table.replace("'", "''") + "') IS NOT NULL")) {
      row.next();
      return row.getBoolean(1);
    }
  }
}
