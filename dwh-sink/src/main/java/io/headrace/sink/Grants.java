package io.headrace.sink;

import io.headrace.sink.StarRelations.Relation;
import io.headrace.star.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Rights on the star's relations and their columns.
 *
 * @param rights each a right that somebody has
 */
public record Grants(Set<Right> rights) {
  public static final Grants NONE = new Grants(Set.of());

  /**
   * A right.
   *
   * @param relation the relation's name, without schema
   * @param privilege what may be done: {@code SELECT}, {@code UPDATE (name)}
   * @param grantee who may, as SQL text
   * @param grantable whether the right may be handed on
   */
  public record Right(String relation, String privilege, String grantee, boolean grantable) {
    private String on(String schema) {
      return privilege + " ON " + Identifiers.quote(schema) + "." + Identifiers.quote(relation);
    }
  }

  private static final String RIGHTS =
      """
      SELECT c.relname, a.privilege_type || coalesce(' (' || quote_ident(p.attname) || ')', ''),
        CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END, a.is_grantable
      FROM pg_class c
      JOIN LATERAL (
        SELECT NULL::name AS attname, c.relacl AS acl
        UNION ALL SELECT attname, attacl FROM pg_attribute WHERE attrelid = c.oid AND NOT attisdropped) p ON true
      CROSS JOIN LATERAL aclexplode(p.acl) a
      WHERE c.oid = ANY (?::oid[]) AND a.grantee <> c.relowner
      ORDER BY 1, 2, 3
      """;

  static Grants of(Connection connection, List<Relation> relations) throws SQLException {
    return of(connection, relations.stream().mapToLong(Relation::oid).toArray());
  }

  /** Those that the owner gave to others, by the relations' numbers in the catalog. */
  public static Grants of(Connection connection, long[] relations) throws SQLException {
    Set<Right> rights = new LinkedHashSet<>();
    try (PreparedStatement select = connection.prepareStatement(RIGHTS)) {
      select.setArray(
          1, connection.createArrayOf("oid", Arrays.stream(relations).boxed().toArray()));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          rights.add(
              new Right(row.getString(1), row.getString(2), row.getString(3), row.getBoolean(4)));
        }
      }
    }
    return new Grants(rights);
  }

  /** Those on relations of these names. */
  Grants on(Set<String> relations) {
    Set<Right> some = new LinkedHashSet<>(rights);
    some.removeIf(right -> !relations.contains(right.relation()));
    return new Grants(some);
  }

  /** Gives what these have and those had not, and takes what those had and these have not. */
  public void applyOver(Grants those, Connection connection, String schema) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (Right right : those.rights) {
        if (!rights.contains(right)) {
          statement.execute("REVOKE " + right.on(schema) + " FROM " + right.grantee() + " CASCADE");
        }
      }
      for (Right right : rights) {
        if (!those.rights.contains(right)) {
          statement.execute(
              "GRANT "
                  + right.on(schema)
                  + " TO "
                  + right.grantee()
                  + (right.grantable() ? " WITH GRANT OPTION" : ""));
        }
      }
    }
  }

  /** Keeps them in a table, for {@link #kept}. */
  void keep(Connection connection, StarPlace place) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO " + place.own("rights") + " VALUES (?, ?, ?, ?)")) {
      for (Right right : rights) {
        insert.setString(1, right.relation());
        insert.setString(2, right.privilege());
        insert.setString(3, right.grantee());
        insert.setBoolean(4, right.grantable());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  static Grants kept(Connection connection, StarPlace place) throws SQLException {
    Set<Right> rights = new LinkedHashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT * FROM " + place.own("rights"))) {
      while (row.next()) {
        rights.add(
            new Right(row.getString(1), row.getString(2), row.getString(3), row.getBoolean(4)));
      }
    }
    return new Grants(rights);
  }
}
