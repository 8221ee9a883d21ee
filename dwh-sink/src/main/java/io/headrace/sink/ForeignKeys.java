package io.headrace.sink;

import io.headrace.sink.References.ForeignKey;
import io.headrace.stage.StageException;
import io.headrace.star.Identifiers;
import io.headrace.star.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalog's side of {@link References}: reads the foreign keys, and takes the force from one
 * that the source itself does not keep.
 */
final class ForeignKeys {
  private static final Logger LOG = LoggerFactory.getLogger(ForeignKeys.class);

  /** {@code NOT ENFORCED} for foreign keys came with it. */
  private static final int POSTGRES_18 = 180000;

  /**
   * A reader may hold one table and wait for the next, which is ours already. PostgreSQL looks for
   * deadlocks after a second ({@code deadlock_timeout}) and would end the reader, so all locks
   * together must be given up long before.
   */
  private static final int LOCK_MILLIS = 100;

  private static final String WITHOUT_INDEX =
      """
      SELECT c.confrelid::regclass,
        (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.place)
         FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place)
           JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number)
      FROM pg_constraint c
      WHERE c.conrelid = ? AND c.conname = ? AND c.contype = 'f' AND NOT EXISTS (
        SELECT FROM pg_index i
        WHERE i.indrelid = c.conrelid AND i.indisvalid AND i.indpred IS NULL
          AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)
      """;

  private final Connection connection;
  private final int version;

  ForeignKeys(Connection connection) throws SQLException {
    this.connection = connection;
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT current_setting('server_version_num')::int")) {
      row.next();
      version = row.getInt(1);
    }
  }

  /** Whether a foreign key can stay in the catalog without being checked. */
  boolean canStayUnenforced() {
    return version >= POSTGRES_18;
  }

  /**
   * Reads the foreign keys from one star table to another.
   *
   * @throws StageException when one of them would delete or change rows by itself
   */
  References read(List<Target> targets) throws SQLException {
    String sql =
        "SELECT c.conrelid, c.confrelid,"
            + " n.nspname, t.relname, c.conname,"
            + " pg_get_constraintdef(c.oid), c.confdeltype, "
            + (canStayUnenforced() ? "c.conenforced" : "true")
            + " FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid"
            + " JOIN pg_namespace n ON n.oid = t.relnamespace"
            + " WHERE c.contype = 'f' AND c.conparentid = 0"
            + " AND c.conrelid = ANY (?) AND c.confrelid = ANY (?) ORDER BY c.oid";
    Object[] oids = targets.stream().map(Target::oid).toArray();
    List<ForeignKey> keys = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setArray(1, connection.createArrayOf("oid", oids));
      select.setArray(2, connection.createArrayOf("oid", oids));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          keys.add(
              new ForeignKey(
                  row.getLong(1),
                  row.getLong(2),
                  new TableName(row.getString(3), row.getString(4)),
                  row.getString(5),
                  row.getString(6),
                  row.getBoolean(8),
                  row.getString(7).charAt(0)));
        }
      }
    }
    keys.forEach(ForeignKeys::mustOnlyCheck);
    return new References(List.copyOf(keys));
  }

  /**
   * Foreign keys without an index that begins with their columns, each as a sentence: PostgreSQL
   * would read the whole referring table for each row deleted from the other.
   */
  List<String> withoutIndex(List<Target> targets) throws SQLException {
    List<String> sentences = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(WITHOUT_INDEX)) {
      for (ForeignKey key : read(targets).keys()) {
        select.setLong(1, key.from());
        select.setString(2, key.name());
        try (ResultSet row = select.executeQuery()) {
          if (key.enforced() && row.next()) {
            sentences.add(
                "The foreign key "
                    + key.name()
                    + " has no index: each row deleted from "
                    + row.getString(1)
                    + " makes PostgreSQL read all of "
                    + key.table()
                    + ". CREATE INDEX CONCURRENTLY ON "
                    + key.table().quoted()
                    + " ("
                    + row.getString(2)
                    + ");");
          }
        }
      }
    }
    return sentences;
  }

  private static void mustOnlyCheck(ForeignKey key) {
    if (key.action() != 'a' && key.action() != 'r') {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "The foreign key "
              + key.name()
              + " of the warehouse's table "
              + key.table()
              + " must only check (ON DELETE NO ACTION), because nothing but the source decides what is in the star,"
              + " but it is "
              + key.definition());
    }
  }

  /**
   * Lets the running transaction write without checking the foreign keys, if that can be had at
   * once: readers of the star's tables wait until it ends. {@link #resume} then checks them all.
   *
   * @return the foreign keys to resume; none when it cannot be had
   */
  List<ForeignKey> suspend(List<Target> targets) throws SQLException {
    List<ForeignKey> enforced = read(targets).keys().stream().filter(ForeignKey::enforced).toList();
    if (!canStayUnenforced() || enforced.isEmpty() || otherTriggers(targets)) {
      return List.of();
    }
    Savepoint before = connection.setSavepoint();
    try (Statement alter = connection.createStatement()) {
      alter.execute("SET LOCAL lock_timeout = " + LOCK_MILLIS);
      for (ForeignKey key : enforced) {
        alter.execute(key.enforcement(false));
      }
      alter.execute("SET LOCAL lock_timeout = 0");
      connection.releaseSavepoint(before);
      return enforced;
    } catch (SQLException e) {
      LOG.info("The foreign keys stay enforced in the first load: {}", e.getMessage());
      connection.rollback(before);
      return List.of();
    }
  }

  /** Checks all rows against the foreign keys, and each row from now on. */
  void resume(List<ForeignKey> suspended) throws SQLException {
    try (Statement alter = connection.createStatement()) {
      for (ForeignKey key : suspended) {
        alter.execute(key.enforcement(true));
      }
    }
  }

  /**
   * Their events could be pending when the foreign keys are to be resumed, and would prevent it.
   */
  private boolean otherTriggers(List<Target> targets) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = ANY (?) AND NOT EXISTS ("
                + "SELECT FROM pg_constraint c WHERE c.oid = t.tgconstraint AND c.contype = 'f'"
                + " AND c.conrelid = ANY (?) AND c.confrelid = ANY (?)))")) {
      Object[] oids = targets.stream().map(Target::oid).toArray();
      for (int i = 1; i <= 3; i++) {
        select.setArray(i, connection.createArrayOf("oid", oids));
      }
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** Changes a table in a transaction of its own, as soon as no reader is in the way. */
  private void alter(String sql) throws SQLException {
    while (true) {
      try (Statement alter = connection.createStatement()) {
        alter.execute("SET LOCAL lock_timeout = " + LOCK_MILLIS);
        alter.execute(sql);
        connection.commit();
        return;
      } catch (SQLException e) {
        if (!new SqlFailure(e).isLockTrouble()) {
          throw e;
        }
        LOG.debug("readers are in the way; tries again sql={}", sql);
        connection.rollback();
      }
      LockSupport.parkNanos(Duration.ofMillis(LOCK_MILLIS).toNanos());
    }
  }

  /**
   * Takes the force from a foreign key that was broken, in a transaction of its own.
   *
   * @return what was done and how to undo it, for a person; null when the failure names no foreign
   *     key between star tables
   */
  @Nullable String relax(SqlFailure failure, List<Target> targets) throws SQLException {
    for (ForeignKey key : read(targets).keys()) {
      if (key.enforced() && failure.concerns(key.table(), key.name())) {
        String drop = key.alter() + " DROP CONSTRAINT " + Identifiers.quote(key.name());
        alter(canStayUnenforced() ? key.enforcement(false) : drop);
        return "The source does not keep the foreign key "
            + key.name()
            + " of the warehouse's table "
            + key.table()
            + ": "
            + failure.detail()
            + " It is no longer enforced; once the source keeps it: "
            + (canStayUnenforced() ? key.enforcement(true) : key.addition())
            + ";";
      }
    }
    return null;
  }
}
