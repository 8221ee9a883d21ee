package io.headrace.sink;

import io.headrace.star.TableName;
import io.headrace.wire.EpochMark;
import io.headrace.wire.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the warehouse shows of the sink.
 *
 * @param since when the one that is at work took over; null when none is
 * @param by its process and host
 * @param shown the commit of the source that the star shows; null before the first load
 * @param generation the definition that the star shows; null before the first load
 * @param mergedAt when the warehouse got that commit, by its own clock
 * @param pause the wish that it merges nothing; null while it may
 * @param stand the stand for a mart; null while there is none
 */
public record SinkState(
    @Nullable Instant since,
    String by,
    @Nullable EpochMark shown,
    @Nullable String generation,
    @Nullable Instant mergedAt,
    @Nullable Pause pause,
    @Nullable Stand stand) {

  private static final String QUERY =
      """
      SELECT s.taken_at, s.taken_by, p.epoch, p.lsn, p.committed, p.generation, p.merged_at,
        EXISTS (
          SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
          WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()
            AND l.classid::bigint = ? AND l.objid::bigint = ? AND l.objsubid = 1) AS working
      FROM headrace.sink s LEFT JOIN headrace.position p ON true
      """;

  private static final String TABLE =
      """
      SELECT n.nspname, c.relname, CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END AS rows
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = to_regclass(?)
      """;

  /** Up to this size a table is counted, in a millisecond or two. */
  private static final long COUNTED_BYTES = 1 << 20;

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private static final Pattern PLAN_ROWS = Pattern.compile("\"Plan Rows\": (\\d+)");

  /**
   * A table of the star.
   *
   * @param rows how many it holds; of a large one about how many, as PostgreSQL's planner reckons;
   *     null while that is not known, because somebody rewrites a table that was never analyzed
   */
  public record Table(TableName name, @Nullable Long rows) {}

  /** Asks the warehouse; null when it has no schema {@code headrace} yet. */
  public static @Nullable SinkState read(Connection warehouse) throws SQLException {
    if (!exists(warehouse)) {
      return null;
    }
    try (PreparedStatement query = warehouse.prepareStatement(QUERY)) {
      query.setLong(1, WriterLock.KEY >>> Integer.SIZE);
      query.setLong(2, Integer.toUnsignedLong((int) WriterLock.KEY));
      try (ResultSet row = query.executeQuery()) {
        row.next();
        boolean merged = row.getString("lsn") != null;
        return new SinkState(
            row.getBoolean("working") ? instant(row, "taken_at") : null,
            row.getString("taken_by"),
            merged
                ? new EpochMark(
                    row.getLong("epoch"),
                    Lsn.parse(row.getString("lsn")),
                    instant(row, "committed"))
                : null,
            row.getString("generation"),
            merged ? instant(row, "merged_at") : null,
            Pause.read(warehouse),
            Stand.read(warehouse));
      }
    }
  }

  /** The star's tables, those that are there. */
  public static List<Table> tables(Connection warehouse, List<String> quotedNames)
      throws SQLException {
    List<Table> tables = new ArrayList<>();
    try (PreparedStatement query = warehouse.prepareStatement(TABLE);
        Statement session = warehouse.createStatement()) {
      session.execute("SET lock_timeout = '200ms'");
      for (String name : quotedNames) {
        query.setString(1, name);
        try (ResultSet row = query.executeQuery()) {
          if (row.next()) {
            tables.add(
                new Table(
                    new TableName(row.getString("nspname"), row.getString("relname")),
                    rows(warehouse, name, row.getObject("rows", Long.class))));
          }
        }
      }
      session.execute("RESET lock_timeout");
    }
    return tables;
  }

  private static @Nullable Long rows(Connection warehouse, String name, @Nullable Long old)
      throws SQLException {
    try {
      long bytes = number(warehouse, "SELECT pg_relation_size('" + name.replace("'", "''") + "')");
      return bytes <= COUNTED_BYTES
          ? number(warehouse, "SELECT count(*) FROM " + name)
          : planned(warehouse, name);
    } catch (SQLException e) {
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        return old; // somebody rewrites the table: nobody shall wait for that to see how things are
      }
      throw e;
    }
  }

  private static long number(Connection warehouse, String query) throws SQLException {
    return Long.parseLong(one(warehouse, query));
  }

  /** From the table's size now, so that it is right also after a crash, which loses statistics. */
  private static long planned(Connection warehouse, String name) throws SQLException {
    Matcher rows = PLAN_ROWS.matcher(one(warehouse, "EXPLAIN (FORMAT JSON) SELECT FROM " + name));
    return rows.find() ? Long.parseLong(rows.group(1)) : 0;
  }

  private static String one(Connection warehouse, String query) throws SQLException {
    try (Statement statement = warehouse.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  private static boolean exists(Connection warehouse) throws SQLException {
    try (PreparedStatement query =
            warehouse.prepareStatement("SELECT to_regclass('headrace.position') IS NOT NULL");
        ResultSet row = query.executeQuery()) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
