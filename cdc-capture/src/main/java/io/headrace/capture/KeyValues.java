package io.headrace.capture;

import io.headrace.star.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postgresql.PGConnection;

/**
 * Keys as a relation {@code w} in SQL: columns {@code k0}, {@code k1}, …, and the key's place among
 * them, {@code n}.
 */
final class KeyValues {

  private static final String TYPES =
      """
      SELECT a.attname, format_type(a.atttypid, a.atttypmod)
      FROM pg_attribute a
      JOIN pg_class c ON c.oid = a.attrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped
      """;

  private final Connection connection;
  private final CapturedTable table;
  private final Map<String, String> types = new HashMap<>();

  KeyValues(Connection connection, CapturedTable table) throws SQLException {
    this.connection = connection;
    this.table = table;
    try (PreparedStatement query = connection.prepareStatement(TYPES)) {
      query.setString(1, table.name().schema());
      query.setString(2, table.name().table());
      try (ResultSet found = query.executeQuery()) {
        while (found.next()) {
          types.put(found.getString(1), found.getString(2));
        }
      }
    }
  }

  /** A text as a literal. */
  static String literal(Connection connection, String text) throws SQLException {
    return "'" + connection.unwrap(PGConnection.class).escapeLiteral(text) + "'";
  }

  /** {@code w.k0, w.k1}. */
  String wanted() {
    return IntStream.range(0, table.key().size())
        .mapToObj(i -> "w.k" + i)
        .collect(Collectors.joining(", "));
  }

  private String columns() {
    return IntStream.range(0, table.key().size())
        .mapToObj(i -> "k" + i)
        .collect(Collectors.joining(", "));
  }

  /** {@code t."id" = w.k0}. */
  String equal() {
    List<String> names = table.keyNames();
    return IntStream.range(0, names.size())
        .mapToObj(i -> "t." + Identifiers.quote(names.get(i)) + " = w.k" + i)
        .collect(Collectors.joining(" AND "));
  }

  /** The relation of at least one key. */
  String relation(Collection<List<String>> keys) throws SQLException {
    List<String> names = table.keyNames();
    StringBuilder values = new StringBuilder("(VALUES ");
    int n = 0;
    for (List<String> key : keys) {
      values.append(n == 0 ? "(" : ", (");
      for (int i = 0; i < names.size(); i++) {
        String literal = literal(connection, key.get(i));
        // The first row gives the others their types.
        values.append(
            n == 0 ? "CAST(" + literal + " AS " + types.get(names.get(i)) + ")" : literal);
        values.append(", ");
      }
      values.append(n++).append(')');
    }
    return values.append(") AS w (").append(columns()).append(", n)").toString();
  }
}
