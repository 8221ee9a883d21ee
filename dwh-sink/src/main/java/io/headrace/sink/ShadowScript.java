package io.headrace.sink;

import io.headrace.sink.StarRelations.Relation;
import io.headrace.star.Identifiers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The statements that make a star's tables, views and marts once more, empty, in another schema:
 * read from the catalog with the star's schema as search path, so that its names come without one,
 * and to be run with the other schema before it in the search path.
 */
record ShadowScript(List<String> statements) {

  private static final String TABLES =
      """
      SELECT format('CREATE %s TABLE %I.%I (LIKE %I.%I INCLUDING ALL EXCLUDING INDEXES EXCLUDING STATISTICS)%s',
        CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED' ELSE '' END, ?::text, c.relname, n.nspname, c.relname,
        coalesce(' WITH (' || array_to_string(c.reloptions, ', ') || ')', ''))
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY (?::oid[]) ORDER BY c.relname
      """;

  /** Keys before foreign keys. */
  private static final String CONSTRAINTS =
      """
      SELECT format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', ?::text, t.relname, c.conname, pg_get_constraintdef(c.oid))
      FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
      WHERE c.conrelid = ANY (?::oid[]) AND c.contype IN ('p', 'u', 'x', 'f') AND c.conparentid = 0
      ORDER BY c.contype = 'f', t.relname, c.conname
      """;

  /** Also a mart's; the pretty form leaves a name's schema out. */
  private static final String INDEXES =
      """
      SELECT pg_get_indexdef(i.indexrelid, 0, true) || substr(?::text, 1, 0)
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE i.indrelid = ANY (?::oid[])
        AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
      ORDER BY c.relname
      """;

  private static final String STATISTICS =
      """
      SELECT replace(pg_get_statisticsobjdef(s.oid), format('%I.%I', n.nspname, s.stxname), format('%I.%I', ?::text, s.stxname))
      FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
      WHERE s.stxrelid = ANY (?::oid[]) ORDER BY s.stxname
      """;

  private static final String COMMENTS =
      """
      SELECT format('COMMENT ON %s %I.%I IS %L',
        CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, ?::text, c.relname,
        obj_description(c.oid, 'pg_class'))
      FROM pg_class c WHERE c.oid = ANY (?::oid[]) AND obj_description(c.oid, 'pg_class') IS NOT NULL ORDER BY c.relname
      """;

  /** Of views and marts; those of a table's columns come with LIKE. */
  private static final String COLUMN_COMMENTS =
      """
      SELECT format('COMMENT ON COLUMN %I.%I.%I IS %L', ?::text, c.relname, a.attname, d.description)
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = a.attnum
      WHERE c.oid = ANY (?::oid[]) AND a.attnum > 0 ORDER BY c.relname, a.attnum
      """;

  private static final String OPTIONS =
      "SELECT coalesce(' WITH (' || array_to_string(reloptions, ', ') || ')', '') FROM pg_class WHERE oid = ?";

  private static final String OWNERS =
      """
      SELECT format('ALTER %s %I.%I OWNER TO %I',
        CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, ?::text, c.relname, r.rolname)
      FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
      WHERE c.oid = ANY (?::oid[]) AND r.rolname <> current_user ORDER BY c.relname
      """;

  /** Of the star, in the running transaction with the star's schema as search path. */
  static ShadowScript of(Connection connection, StarRelations star, String shadow)
      throws SQLException {
    List<String> statements = new ArrayList<>();
    List<Relation> moved = star.moved();
    statements.addAll(read(connection, TABLES, shadow, star.tables()));
    statements.addAll(read(connection, CONSTRAINTS, shadow, star.tables()));
    for (Relation view : star.inner()) {
      statements.add(
          "CREATE "
              + view.type()
              + " "
              + Identifiers.quote(shadow)
              + "."
              + Identifiers.quote(view.name())
              + options(connection, view)
              + " AS "
              + view.definition()
              + (view.kind() == 'm' ? " WITH NO DATA" : ""));
    }
    statements.addAll(read(connection, INDEXES, shadow, moved));
    statements.addAll(read(connection, STATISTICS, shadow, moved));
    statements.addAll(read(connection, COMMENTS, shadow, moved));
    statements.addAll(read(connection, COLUMN_COMMENTS, shadow, star.inner()));
    statements.addAll(read(connection, OWNERS, shadow, moved));
    return new ShadowScript(List.copyOf(statements));
  }

  private static List<String> read(
      Connection connection, String query, String shadow, List<Relation> relations)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(query)) {
      select.setString(1, shadow);
      select.setArray(
          2, connection.createArrayOf("oid", relations.stream().map(Relation::oid).toArray()));
      List<String> statements = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          statements.add(row.getString(1));
        }
      }
      return statements;
    }
  }

  /** A view's options, as CREATE takes them. */
  static String options(Connection connection, Relation view) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(OPTIONS)) {
      select.setLong(1, view.oid());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  /** Two scripts with the same fingerprint make the same. */
  String fingerprint() {
    try {
      byte[] text = String.join(";\n", statements).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
