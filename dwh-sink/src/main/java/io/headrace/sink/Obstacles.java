package io.headrace.sink;

import io.headrace.sink.StarRelations.Relation;
import io.headrace.star.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What hangs on the star's relations and would not survive their being replaced. */
final class Obstacles {

  /** Everything that depends on the star and is neither a part of it nor a view that is kept. */
  private static final String OTHERS =
      """
      WITH moved AS (SELECT unnest(?::oid[]) AS oid),
      views AS (SELECT unnest(?::oid[]) AS oid),
      types AS (
        SELECT c.reltype AS oid FROM pg_class c JOIN moved USING (oid) WHERE c.reltype <> 0
        UNION SELECT t.typarray FROM pg_class c JOIN moved USING (oid) JOIN pg_type t ON t.oid = c.reltype)
      SELECT DISTINCT
        CASE WHEN r.ev_class IS NULL THEN pg_describe_object(d.classid, d.objid, 0)
          WHEN r.rulename = '_RETURN' THEN pg_describe_object('pg_class'::regclass, r.ev_class, 0)
          ELSE pg_describe_object(d.classid, d.objid, 0) END
      FROM pg_depend d
      LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
      LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
      LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
      LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
      WHERE ((d.refclassid = 'pg_class'::regclass AND d.refobjid IN (SELECT oid FROM moved))
          OR (d.refclassid = 'pg_type'::regclass AND d.refobjid IN (SELECT oid FROM types)))
        AND d.deptype <> 'i'
        AND d.classid NOT IN ('pg_attrdef'::regclass, 'pg_type'::regclass, 'pg_statistic_ext'::regclass)
        AND NOT (r.ev_class IS NOT NULL AND r.rulename = '_RETURN'
          AND (r.ev_class IN (SELECT oid FROM views) OR r.ev_class IN (SELECT oid FROM moved)))
        AND NOT coalesce(t.tgisinternal, false)
        AND NOT (k.oid IS NOT NULL AND k.conrelid IN (SELECT oid FROM moved))
        AND NOT (c.oid IS NOT NULL AND c.relkind IN ('i', 't'))
      UNION
      SELECT pg_describe_object('pg_class'::regclass, v.oid, 0) || ', which belongs to ' || pg_get_userbyid(c.relowner)
      FROM views v JOIN pg_class c ON c.oid = v.oid
      WHERE NOT pg_has_role(current_user, c.relowner, 'USAGE')
      ORDER BY 1
      """;

  private static final String COLUMNS =
      """
      SELECT coalesce(string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum), '')
      FROM pg_attribute WHERE attrelid = ?::regclass AND attnum > 0
      """;

  private Obstacles() {}

  /** Asks the catalog; each as PostgreSQL describes it. */
  static List<String> find(Connection connection, StarRelations star) throws SQLException {
    List<String> found = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(OTHERS)) {
      select.setArray(1, oids(connection, star.moved()));
      select.setArray(2, oids(connection, kept(star)));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          found.add(row.getString(1));
        }
      }
    }
    return found;
  }

  /** The views that are told to read the new star. */
  static List<Relation> kept(StarRelations star) {
    return star.outer().stream().filter(view -> view.kind() == 'v').toList();
  }

  /** Whether this role may tell a view what to read. */
  static boolean mayReplace(Connection connection, Relation view) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = ?")) {
      select.setLong(1, view.oid());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /**
   * Tries every view over the new tables, in the running transaction with the shadow first in its
   * search path; leaves nothing behind.
   */
  static List<String> brokenViews(Connection connection, StarRelations star, StarPlace shadow)
      throws SQLException {
    List<String> broken = new ArrayList<>();
    for (Relation view : kept(star)) {
      Savepoint before = connection.setSavepoint();
      String trial = shadow.own("trial");
      try (Statement create = connection.createStatement()) {
        create.execute("CREATE VIEW " + trial + " AS " + view.definition());
        String now = columns(connection, view.quoted());
        String then = columns(connection, trial);
        if (!now.equals(then)) {
          broken.add("view " + view + ": its columns would be (" + then + "), not (" + now + ")");
        }
      } catch (SQLException e) {
        broken.add("view " + view + ": " + new SqlFailure(e).sentence());
      }
      connection.rollback(before);
    }
    return broken;
  }

  private static String columns(Connection connection, String relation) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(COLUMNS)) {
      select.setString(1, relation);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  private static java.sql.Array oids(Connection connection, List<Relation> relations)
      throws SQLException {
    return connection.createArrayOf("oid", relations.stream().map(Relation::oid).toArray());
  }

  /** How to look a view's name up in the star's own schema, behind the shadow. */
  static String path(StarPlace shadow, StarRelations star) {
    return Identifiers.quote(String.valueOf(shadow.schema()))
        + ", "
        + Identifiers.quote(star.schema());
  }
}
