package io.headrace.console;

import io.headrace.sink.SinkState;
import io.headrace.stage.Database;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the warehouse is asked for the page. PostgreSQL writes the JSON; times are its own text. */
final class WarehouseView {
  private static final String APPLICATION = "headrace console";
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  /** Runs that are listed at once. */
  static final int RUNS = 60;

  /** No size of a table that somebody rewrites: to ask for it is to wait for him. */
  private static final String TABLES =
      """
      SELECT json_agg(json_build_object('name', s.table_name, 'rows', r.rows,
          'written', t.n_tup_ins + t.n_tup_upd + t.n_tup_del,
          'bytes', CASE WHEN NOT EXISTS (
              SELECT FROM pg_locks l WHERE l.relation = c.oid AND l.mode = 'AccessExclusiveLock')
            THEN pg_total_relation_size(c.oid) END) ORDER BY s.table_name)
      FROM headrace.star s LEFT JOIN pg_class c ON c.oid = to_regclass(quote_ident(s.table_name))
        LEFT JOIN pg_stat_all_tables t ON t.relid = c.oid
        LEFT JOIN unnest(?::text[], ?::bigint[]) AS r(name, rows) ON r.name = s.table_name
      """;

  private static final String TABLE_NAMES =
      "SELECT array_agg(quote_ident(table_name)) FROM headrace.star";

  private static final String RUN_COLUMNS =
      """
      kind, id, name, trigger, started, finished, state, outcome, detail, error,
      extract(epoch FROM coalesce(finished, clock_timestamp()) - started)::float8 AS seconds
      """;

  private static final String RUNS_QUERY =
      "SELECT json_agg(r) FROM (SELECT "
          + RUN_COLUMNS
          + """
          FROM headrace.run
          WHERE (?::text IS NULL OR kind = ?) AND (?::text IS NULL OR outcome = ?)
            AND (?::text IS NULL OR concat_ws(' ', kind, name, trigger, state, detail, error) ILIKE '%' || ? || '%')
          ORDER BY started DESC LIMIT ?) AS r
          """;

  private static final String POSITION =
      """
      SELECT json_build_object('epoch', epoch, 'lsn', lsn::text, 'committed', committed,
        'merged_at', merged_at, 'generation', generation, 'now', clock_timestamp()) FROM headrace.position
      """;

  private static final String FRESHNESS =
      "SELECT json_agg(f ORDER BY f.kind, f.name) FROM headrace.freshness f";

  /** Marts in the order of their next run; one that is due is at work, or waits for somebody. */
  private static final String MARTS =
      """
      SELECT json_agg(m ORDER BY m.next NULLS LAST, m.mart) FROM (
        SELECT m.mart, m.schedule, m.zone, m.cut_off, t.execution_time AS next, r.rows, r.finished AS refreshed
        FROM headrace.mart m LEFT JOIN headrace.scheduled_tasks t
          ON t.task_name = 'mart due' AND t.task_instance = m.mart
        LEFT JOIN LATERAL (
          SELECT rows, finished FROM headrace.mart_refresh
          WHERE mart = m.mart AND state = 'done' ORDER BY finished DESC LIMIT 1) r ON true) AS m
      """;

  private static final String DEAD_LETTERS =
      """
      SELECT json_build_object('waiting', count(*) FILTER (WHERE state = 'waiting'), 'all', count(*))
      FROM headrace.dead_letter
      """;

  /** What the records hold is nobody's business here. */
  private static final String DEAD_LETTER_LIST =
      """
      SELECT json_agg(d) FROM (
        SELECT id, stage, topic, partition, kafka_offset, epoch, table_name, key, cause, sqlstate, at, tries, state, ended,
          (stage = 'sink' AND sqlstate IS NOT NULL) OR recapture IS NOT NULL AS retriable
        FROM headrace.dead_letter ORDER BY state <> 'waiting', id DESC LIMIT 200) AS d
      """;

  private static final String LOG =
      """
      SELECT json_agg(json_build_object('at', at, 'level', level, 'words', words) ORDER BY line)
      FROM (SELECT * FROM headrace.run_log WHERE kind = ? AND run = ? ORDER BY line DESC LIMIT 2000) AS l
      """;

  private static final String HISTORY =
      """
      SELECT json_agg(h ORDER BY h.at, h.hop)
      FROM headrace.history(now() - make_interval(secs => ?), make_interval(secs => ?)) AS h
      """;

  private static final List<Part> PARTS =
      List.of(
          new Part("position", "headrace.position", POSITION),
          new Part("freshness", "headrace.freshness", FRESHNESS),
          new Part("marts", "headrace.mart", MARTS),
          new Part("dead_letters", "headrace.dead_letter", DEAD_LETTERS));

  private final Database warehouse;

  /** One value of the live part, and what must be there to ask for it. */
  private record Part(String name, String relation, String query) {}

  WarehouseView(Database warehouse) {
    this.warehouse = warehouse;
  }

  /** One look; the connection is closed after it, so that no look hangs on an old one's trouble. */
  <T> T ask(Question<T> question) throws SQLException {
    try (Connection connection = warehouse.connect(APPLICATION, PATIENCE)) {
      return question.ask(connection);
    }
  }

  /** Something to ask over a connection. */
  interface Question<T> {
    T ask(Connection connection) throws SQLException;
  }

  /** The live part: position, tables, freshness, marts, dead letters, the newest runs. */
  static String live(Connection connection) throws SQLException {
    if (!exists(connection, "headrace.position")) {
      return "{\"empty\":true}";
    }
    StringBuilder live = new StringBuilder("{\"runs\":");
    live.append(list(runs(connection, null, null, null, RUNS)));
    live.append(",\"tables\":").append(tables(connection));
    for (Part part : PARTS) {
      // A warehouse that an older sink keeps has not all of it.
      String json = exists(connection, part.relation()) ? json(connection, part.query()) : null;
      live.append(",\"").append(part.name()).append("\":").append(json == null ? "null" : json);
    }
    return live.append("}").toString();
  }

  private static String tables(Connection connection) throws SQLException {
    if (!exists(connection, "headrace.star")) {
      return "null";
    }
    List<SinkState.Table> tables = SinkState.tables(connection, tableNames(connection));
    String json =
        json(
            connection,
            TABLES,
            connection.createArrayOf("text", tables.stream().map(t -> t.name().table()).toArray()),
            connection.createArrayOf(
                "bigint", tables.stream().map(SinkState.Table::rows).toArray()));
    return json == null ? "null" : json;
  }

  private static List<String> tableNames(Connection connection) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(TABLE_NAMES);
        ResultSet row = query.executeQuery()) {
      row.next();
      Array names = row.getArray(1);
      return names == null ? List.of() : List.of((String[]) names.getArray());
    }
  }

  static @Nullable String runs(
      Connection connection,
      @Nullable String kind,
      @Nullable String outcome,
      @Nullable String text,
      int most)
      throws SQLException {
    return json(connection, RUNS_QUERY, kind, kind, outcome, outcome, text, text, most);
  }

  static String log(Connection connection, String kind, String run) throws SQLException {
    return list(json(connection, LOG, kind, run));
  }

  static String deadLetters(Connection connection) throws SQLException {
    return exists(connection, "headrace.dead_letter")
        ? list(json(connection, DEAD_LETTER_LIST))
        : "[]";
  }

  static String history(Connection connection, Duration past, Duration step) throws SQLException {
    if (!exists(connection, "headrace.latency_history")) {
      return "[]";
    }
    return list(json(connection, HISTORY, (double) past.toSeconds(), (double) step.toSeconds()));
  }

  static boolean exists(Connection connection, String relation) throws SQLException {
    return "true"
        .equals(json(connection, "SELECT (to_regclass(?) IS NOT NULL)::text", (Object) relation));
  }

  /** The one value of a query's one row, as text; null when there is none. */
  static @Nullable String json(Connection connection, String query, @Nullable Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }

  static String list(@Nullable String json) {
    return json == null ? "[]" : json;
  }
}
