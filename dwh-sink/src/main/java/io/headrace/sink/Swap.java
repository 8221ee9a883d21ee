package io.headrace.sink;

import io.headrace.sink.StarRelations.Relation;
import io.headrace.stage.StageException;
import io.headrace.star.Identifiers;
import io.headrace.star.Star;
import io.headrace.star.StarTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the shadow in the live star's place, in one transaction. It takes the locks of everything
 * that it moves before it moves anything, or gives all of them up: so nobody is in the middle of a
 * query, not even one that has read a view's old definition and waits for the tables, because that
 * one holds the view. PostgreSQL looks a name up once more when it had to wait for the lock, so a
 * query that waited finds the new table.
 *
 * @param id the replay's number
 * @param star the star that the shadow holds
 * @param abandoned numbers of the views that are not told to read the new star
 * @param keepOld whether the old star is kept
 * @param rows rows of the new star
 * @param attempt which attempt it is, from 1
 */
record Swap(long id, Star star, Set<Long> abandoned, boolean keepOld, long rows, int attempt) {

  /**
   * All locks together must be had within this time. A reader that holds one table and waits for
   * the next, which is ours, would be ended as a deadlock's victim after a second.
   */
  private static final Duration LOCKS = Duration.ofMillis(150);

  /** Autovacuum gives a lock up after a second; nobody else is in the way of these. */
  private static final int PATIENT_MILLIS = 5_000;

  /** Everything in a schema that can be moved by itself. */
  private static final String CONTENTS =
      """
      SELECT format('ALTER %s %I.%I SET SCHEMA %I',
        CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
        n.nspname, c.relname, p.live)
      FROM (SELECT ?::text AS shadow, ?::text AS live) p
      JOIN pg_namespace n ON n.nspname = p.shadow JOIN pg_class c ON c.relnamespace = n.oid
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S')
        AND NOT EXISTS (
          SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
            AND c.relkind = 'S' AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))
      UNION ALL
      SELECT format('ALTER STATISTICS %I.%I SET SCHEMA %I', n.nspname, s.stxname, p.live)
      FROM (SELECT ?::text AS shadow, ?::text AS live) p
      JOIN pg_namespace n ON n.nspname = p.shadow JOIN pg_statistic_ext s ON s.stxnamespace = n.oid
      UNION ALL
      SELECT format('ALTER ROUTINE %s SET SCHEMA %I', r.oid::regprocedure, p.live)
      FROM (SELECT ?::text AS shadow, ?::text AS live) p
      JOIN pg_namespace n ON n.nspname = p.shadow JOIN pg_proc r ON r.pronamespace = n.oid
      UNION ALL
      SELECT format('ALTER TYPE %I.%I SET SCHEMA %I', n.nspname, t.typname, p.live)
      FROM (SELECT ?::text AS shadow, ?::text AS live) p
      JOIN pg_namespace n ON n.nspname = p.shadow JOIN pg_type t ON t.typnamespace = n.oid
      WHERE t.typtype IN ('e', 'd', 'r')
        OR (t.typtype = 'c' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
      """;

  private static final String STATISTICS =
      """
      SELECT format('ALTER STATISTICS %I.%I SET SCHEMA %I', n.nspname, s.stxname, ?::text)
      FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE s.stxrelid = ANY (?::oid[])
      """;

  String oldSchema() {
    return "headrace_old_" + id;
  }

  private String oldOwn() {
    return oldSchema() + "_own";
  }

  /**
   * Tries it once.
   *
   * @param connection not in autocommit
   * @param beforeCommit called when all is done but the commit
   * @return whether it is done; false when somebody else holds a lock, or the live star is ahead
   * @throws StageException when the live star is no longer the one that the shadow was made after,
   *     or the warehouse is paused
   */
  boolean attempt(Connection connection, Runnable beforeCommit) throws SQLException {
    try {
      StarRelations live =
          StarRelations.read(connection, star.tables().stream().map(StarTable::name).toList());
      if (!Shadow.stands(connection, star.generation(), shadowScript(connection, live))) {
        throw new StageException(
            StageException.Kind.FAILED,
            "The star's tables or views were altered while the replay ran; start it again, it then begins anew");
      }
      lock(connection, live);
      Pause.refuse(connection);
      SameEpoch.Epochs epochs = SameEpoch.Epochs.read(connection);
      if (epochs.shadow() < epochs.live()) {
        connection.rollback();
        return false;
      }
      move(connection, live);
      beforeCommit.run();
      connection.commit();
      return true;
    } catch (SQLException e) {
      connection.rollback();
      SqlFailure failure = new SqlFailure(e);
      if (failure.isLockTrouble()) {
        return false;
      }
      throw e;
    } catch (RuntimeException e) {
      connection.rollback();
      throw e;
    }
  }

  private static ShadowScript shadowScript(Connection connection, StarRelations live)
      throws SQLException {
    return ShadowScript.of(connection, live, Shadow.schema());
  }

  private void lock(Connection connection, StarRelations live) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL lock_timeout = " + PATIENT_MILLIS);
      for (StarTable table : star.tables()) {
        statement.execute(
            "LOCK TABLE "
                + Identifiers.quote(Shadow.schema())
                + "."
                + Identifiers.quote(table.name())
                + " IN ACCESS EXCLUSIVE MODE");
      }
      for (Relation table : live.tables()) {
        // Keeps autovacuum away, and no reader.
        statement.execute("LOCK TABLE " + table.quoted() + " IN SHARE UPDATE EXCLUSIVE MODE");
      }
      // Whoever pauses meanwhile waits for the end of this.
      statement.execute("LOCK TABLE headrace.pause IN SHARE MODE");
      long deadline = System.nanoTime() + LOCKS.toNanos();
      for (String lock : inSomeOrder(locks(connection, live))) {
        limit(statement, deadline);
        statement.execute(lock);
      }
    }
  }

  /**
   * A statement for each lock. LOCK TABLE would go on from a view to what it reads, with its
   * owner's rights; so views get the owner that they have.
   */
  private List<String> locks(Connection connection, StarRelations live) throws SQLException {
    List<String> locks = new ArrayList<>();
    for (String own : Shadow.SWAPPED) {
      locks.add("LOCK TABLE " + StarPlace.LIVE.own(own) + " IN ACCESS EXCLUSIVE MODE");
    }
    for (Relation table : live.tables()) {
      locks.add("LOCK TABLE " + table.quoted() + " IN ACCESS EXCLUSIVE MODE");
    }
    List<Relation> views = new ArrayList<>(live.inner());
    views.addAll(kept(live));
    for (Relation view : views) {
      locks.add(ownerAsItIs(connection, view));
    }
    return locks;
  }

  /**
   * Whoever reads again and again lets us in where we ask first for what he reads first; what that
   * is nobody knows, so the order is another one in each attempt.
   */
  private List<String> inSomeOrder(List<String> locks) {
    if (attempt % 2 == 0) {
      Collections.reverse(locks);
    }
    if (attempt > 2) {
      Collections.shuffle(locks);
    }
    return locks;
  }

  private static void limit(Statement statement, long deadline) throws SQLException {
    long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
    statement.execute("SET LOCAL lock_timeout = " + Math.max(1, left));
  }

  private static String ownerAsItIs(Connection connection, Relation view) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT quote_ident(pg_get_userbyid(relowner)) FROM pg_class WHERE oid = ?")) {
      select.setLong(1, view.oid());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return "ALTER " + view.type() + " " + view.quoted() + " OWNER TO " + row.getString(1);
      }
    }
  }

  private List<Relation> kept(StarRelations live) {
    return Obstacles.kept(live).stream().filter(view -> !abandoned.contains(view.oid())).toList();
  }

  private void move(Connection connection, StarRelations live) throws SQLException {
    Grants rights = Grants.of(connection, live.moved());
    StarRelations position = position(connection, live);
    Grants positionRights = Grants.of(connection, position.tables());
    List<String> toOld = new ArrayList<>();
    for (Relation relation : live.moved()) {
      toOld.add(
          "ALTER "
              + relation.type()
              + " "
              + relation.quoted()
              + " SET SCHEMA "
              + Identifiers.quote(oldSchema()));
    }
    toOld.addAll(statistics(connection, live));
    List<String> toLive = contents(connection, live.schema());
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL lock_timeout = " + LOCKS.toMillis());
      statement.execute("CREATE SCHEMA " + Identifiers.quote(oldSchema()));
      statement.execute("CREATE SCHEMA " + Identifiers.quote(oldOwn()));
      for (String each : toOld) {
        statement.execute(each);
      }
      for (String each : toLive) {
        statement.execute(each);
      }
      for (String own : Shadow.SWAPPED) {
        statement.execute(
            "ALTER TABLE "
                + StarPlace.LIVE.own(own)
                + " SET SCHEMA "
                + Identifiers.quote(oldOwn()));
        statement.execute(
            "ALTER TABLE "
                + Shadow.PLACE.own(own)
                + " SET SCHEMA "
                + Identifiers.quote(StarPlace.LIVE.own()));
      }
    }
    positionRights.applyOver(positionRightsNow(connection), connection, StarPlace.LIVE.own());
    Grants then = Grants.kept(connection, Shadow.PLACE);
    Set<String> names = names(connection, live.schema());
    rights.on(names).applyOver(then.on(names), connection, live.schema());
    replaceViews(connection, live);
    write(connection);
  }

  private static StarRelations position(Connection connection, StarRelations live)
      throws SQLException {
    String own = StarPlace.LIVE.own();
    StarRelations.setPath(connection, Identifiers.quote(own));
    StarRelations position = StarRelations.ofTables(connection, own, Shadow.SWAPPED);
    StarRelations.setPath(connection, Identifiers.quote(live.schema()));
    return position;
  }

  private static Grants positionRightsNow(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT current_setting('search_path')")) {
      row.next();
      String path = row.getString(1);
      StarRelations.setPath(connection, Identifiers.quote(StarPlace.LIVE.own()));
      Grants now =
          Grants.of(
              connection,
              StarRelations.ofTables(connection, StarPlace.LIVE.own(), Shadow.SWAPPED).tables());
      StarRelations.setPath(connection, path);
      return now;
    }
  }

  private static List<String> statistics(Connection connection, StarRelations live, String to)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(STATISTICS)) {
      select.setString(1, to);
      select.setArray(
          2, connection.createArrayOf("oid", live.moved().stream().map(Relation::oid).toArray()));
      return strings(select);
    }
  }

  private List<String> statistics(Connection connection, StarRelations live) throws SQLException {
    return statistics(connection, live, oldSchema());
  }

  private static List<String> contents(Connection connection, String live) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(CONTENTS)) {
      for (int i = 1; i <= 8; i += 2) {
        select.setString(i, Shadow.schema());
        select.setString(i + 1, live);
      }
      return strings(select);
    }
  }

  private static Set<String> names(Connection connection, String schema) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT relname FROM pg_class WHERE relnamespace = ?::regnamespace")) {
      select.setString(1, Identifiers.quote(schema));
      return new HashSet<>(strings(select));
    }
  }

  private static List<String> strings(PreparedStatement select) throws SQLException {
    List<String> strings = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        strings.add(row.getString(1));
      }
    }
    return strings;
  }

  /**
   * In the order in which they read one another; the search path is the one they were read with.
   */
  private void replaceViews(Connection connection, StarRelations live) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (Relation view : kept(live)) {
        statement.execute(
            "CREATE OR REPLACE VIEW "
                + view.quoted()
                + ShadowScript.options(connection, view)
                + " AS "
                + view.definition());
      }
    }
  }

  private void write(Connection connection) throws SQLException {
    String history = WarehouseSchema.STAR_HISTORY;
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "UPDATE headrace.sink SET token = token + 1, taken_at = clock_timestamp(), taken_by = 'replay "
              + id
              + "'");
      statement.execute("DELETE FROM headrace.star");
      statement.execute("INSERT INTO headrace.star SELECT * FROM " + Shadow.PLACE.own("star"));
      statement.execute(
          "INSERT INTO headrace.first_load SELECT generation, loaded_at, clock_timestamp() FROM "
              + Shadow.PLACE.own("first_load")
              + " ON CONFLICT (generation) DO UPDATE"
              + " SET loaded_at = excluded.loaded_at, marts_filled = excluded.marts_filled");
      if (Shadow.exists(statement, Shadow.PLACE.own(history))) {
        if (!Shadow.exists(statement, StarPlace.LIVE.own(history))) {
          statement.execute(
              "CREATE TABLE "
                  + StarPlace.LIVE.own(history)
                  + " (LIKE "
                  + Shadow.PLACE.own(history)
                  + " INCLUDING ALL)");
        }
        statement.execute("DELETE FROM " + StarPlace.LIVE.own(history));
        statement.execute(
            "INSERT INTO "
                + StarPlace.LIVE.own(history)
                + " SELECT * FROM "
                + Shadow.PLACE.own(history));
      }
      SwapLetters.move(
          connection,
          Shadow.PLACE,
          star.tables().stream().map(StarTable::name).toList(),
          star.generation());
      Shadow.drop(connection);
    }
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE headrace.replay SET state = 'swapped', finished = clock_timestamp(), rows = ?,"
                + " old_schema = ? WHERE id = ?")) {
      update.setLong(1, rows);
      update.setString(2, orNull(oldSchema()));
      update.setLong(3, id);
      update.executeUpdate();
    }
  }

  private @Nullable String orNull(String schema) {
    return keepOld ? null : schema;
  }

  /** Takes an old star away, if it is still there. */
  static void dropOld(Connection connection, String oldSchema) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String schema : List.of(oldSchema, oldSchema + "_own")) {
        statement.execute("DROP SCHEMA IF EXISTS " + Identifiers.quote(schema) + " CASCADE");
      }
    }
  }
}
