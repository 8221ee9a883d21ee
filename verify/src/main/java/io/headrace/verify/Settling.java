package io.headrace.verify;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import io.headrace.verify.Suspects.Hash;
import io.headrace.wire.Lsn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks again at what differs, while both sides work on, until it is decided. */
final class Settling {
  /** Looks on end in which a key must stand still to be called different. */
  static final int STILL = 2;

  /** Looks at most; a key that moved in all of them is undecided. */
  private static final int LOOKS = 6;

  private static final int CHUNK = 1_000;

  /** Between two looks, so that a row that is often changed is seen to move. */
  private static final Duration BETWEEN = Duration.ofMillis(250);

  private static final Duration POLL = Duration.ofMillis(50);

  private final Database source;
  private final Database warehouse;
  private final String generation;
  private final Filter filter;
  private final Pace pace;
  private final Duration patience;
  private final StageListener listener;

  /**
   * For the tables of one run.
   *
   * @param generation of the star that is compared, which another one may replace meanwhile
   */
  Settling(
      Database source,
      Database warehouse,
      String generation,
      Filter filter,
      Pace pace,
      Duration patience,
      StageListener listener) {
    this.source = source;
    this.warehouse = warehouse;
    this.generation = generation;
    this.filter = filter;
    this.pace = pace;
    this.patience = patience;
    this.listener = listener;
  }

  /**
   * Decides what can be decided.
   *
   * @param shown of so many differing rows the values are wanted
   */
  void settle(ComparedTable table, Suspects suspects, Tally tally, int shown) throws SQLException {
    try (Connection there = source.connect("headrace verify");
        Connection here = warehouse.connect("headrace verify")) {
      Session.prepare(there);
      Session.prepare(here);
      for (int look = 0; look < LOOKS && suspects.open(STILL); look++) {
        listener.progress("looking again at " + table.name(), suspects.all().size(), -1);
        Lsn end = SourceEnd.now(there);
        pace.pause(BETWEEN);
        await("The warehouse", here, false, end);
        look(table, suspects, there, here);
      }
      tally.equal(suspects.alike());
      tell(table, suspects, tally, values(table, suspects, shown, there, here));
    }
  }

  private static void tell(
      ComparedTable table, Suspects suspects, Tally tally, Map<RowKey, Difference> values) {
    suspects
        .all()
        .forEach(
            (key, suspect) -> {
              Kind kind = suspect.kind(STILL);
              Difference known = values.get(key);
              tally.differ(
                  known != null && known.kind() == kind
                      ? known
                      : new Difference(table.name(), table.key(), key.values(), kind, List.of()));
            });
  }

  /** The values of the first rows that differ, if they still do. */
  private Map<RowKey, Difference> values(
      ComparedTable table, Suspects suspects, int shown, Connection there, Connection here)
      throws SQLException {
    List<RowKey> keys =
        suspects.all().entrySet().stream()
            .filter(suspect -> suspect.getValue().kind(STILL) == Kind.DIFFERENT)
            .limit(shown)
            .map(Map.Entry::getKey)
            .toList();
    Map<RowKey, Row> rows = new HashMap<>();
    Map<RowKey, Difference> values = new HashMap<>();
    source(table, there).rowsOf(keys, filter, row -> rows.put(row.key(), row));
    warehouse(table, here)
        .rowsOf(
            keys,
            filter,
            row -> {
              Row other = rows.get(row.key());
              if (other != null) {
                values.put(row.key(), Difference.of(table, other, row));
              }
            });
    Standing.read(here).mustShow(generation);
    return values;
  }

  private static Side source(ComparedTable table, Connection connection) {
    return new Side("source", connection, table.source(), table.layout());
  }

  private static Side warehouse(ComparedTable table, Connection connection) {
    return new Side("warehouse", connection, table.warehouse(), table.layout());
  }

  private void look(ComparedTable table, Suspects suspects, Connection there, Connection here)
      throws SQLException {
    Side inSource = source(table, there);
    Side inWarehouse = warehouse(table, here);
    for (List<RowKey> keys : chunks(suspects)) {
      Map<RowKey, Hash> warehouseRows = new HashMap<>();
      inWarehouse.rowsOf(keys, filter, row -> warehouseRows.put(row.key(), Hash.of(row)));
      // Afterwards: what was read before is of that star then, for none comes back.
      Standing.read(here).mustShow(generation);
      if (SourceEnd.isReplica(there)) {
        await("The replica", there, true, Standing.read(here).mark().lsn());
      }
      Map<RowKey, Hash> sourceRows = new HashMap<>();
      inSource.rowsOf(keys, filter, row -> sourceRows.put(row.key(), Hash.of(row)));
      for (RowKey key : keys) {
        suspects.look(
            key,
            warehouseRows.getOrDefault(key, Hash.of(null)),
            sourceRows.getOrDefault(key, Hash.of(null)));
      }
      pace.read(keys.size());
    }
  }

  private static List<List<RowKey>> chunks(Suspects suspects) {
    List<RowKey> keys = new ArrayList<>(suspects.all().keySet());
    List<List<RowKey>> chunks = new ArrayList<>();
    for (int i = 0; i < keys.size(); i += CHUNK) {
      chunks.add(keys.subList(i, Math.min(keys.size(), i + CHUNK)));
    }
    return chunks;
  }

  /** Waits until one side has come to a place in the source's log. */
  private void await(String who, Connection connection, boolean replica, Lsn place)
      throws SQLException {
    long began = System.nanoTime();
    Lsn reached = reached(connection, replica);
    while (reached.compareTo(place) < 0) {
      if (System.nanoTime() - began > patience.toNanos()) {
        throw new StageException(
            StageException.Kind.FAILED,
            who
                + " must come to "
                + place
                + " of the source within "
                + patience.toSeconds()
                + " s but stands at "
                + reached
                + (replica ? ": does it replay?" : ": is the pipeline running?"));
      }
      pace.pause(POLL);
      reached = reached(connection, replica);
    }
  }

  private static Lsn reached(Connection connection, boolean replica) throws SQLException {
    return replica ? SourceEnd.now(connection) : Standing.read(connection).mark().lsn();
  }

  /** The end of what the source shows. */
  private static final class SourceEnd {
    private SourceEnd() {}

    static boolean isReplica(Connection source) throws SQLException {
      return query(source, "SELECT pg_is_in_recovery()").equals("t");
    }

    /**
     * A place in the log behind every commit that this session has seen. Not the place written or
     * flushed so far: what is committed asynchronously is seen before.
     */
    static Lsn now(Connection source) throws SQLException {
      return Lsn.parse(
          query(
              source,
              "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()"
                  + " ELSE pg_current_wal_insert_lsn() END"));
    }

    private static String query(Connection source, String sql) throws SQLException {
      try (Statement statement = source.createStatement();
          ResultSet row = statement.executeQuery(sql)) {
        row.next();
        return row.getString(1);
      }
    }
  }
}
