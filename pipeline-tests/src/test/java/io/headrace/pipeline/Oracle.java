package io.headrace.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Says where the warehouse differs from the star's own SELECTs on the source: row by row, every
 * column by the exact text that PostgreSQL writes for it, so that NULL is not the empty string and
 * 1.0 is not 1.00.
 */
final class Oracle {

  private static final String KEY =
      """
      SELECT a.attname
      FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, position), pg_attribute a
      WHERE i.indrelid = quote_ident(?)::regclass AND i.indisprimary AND a.attrelid = i.indrelid AND a.attnum = k.attnum
      ORDER BY k.position""";

  /** In characters. */
  private static final int LONGEST = 10_000;

  private final List<StarQuery> queries;

  Oracle(List<StarQuery> queries) {
    this.queries = queries;
  }

  static Oracle of(Path sql) {
    return new Oracle(StarQuery.read(sql));
  }

  /** All differences; none means equal. Both sides should stand still. */
  List<Difference> differences(Connection source, Connection warehouse) throws SQLException {
    sameText(source);
    sameText(warehouse);
    List<Difference> differences = new ArrayList<>();
    for (StarQuery query : queries) {
      List<String> columns = query.columns(source);
      List<Integer> key = key(warehouse, query, columns);
      Map<String, List<String>> expected = rows(source, query.onSource(columns), key);
      Map<String, List<String>> actual = rows(warehouse, query.onWarehouse(columns), key);
      compare(query.target(), columns, expected, actual, differences);
    }
    return differences;
  }

  /** What a value looks like must depend on the value alone. */
  private static void sameText(Connection connection) throws SQLException {
    try (Statement set = connection.createStatement()) {
      set.execute(
          "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, MDY'; SET IntervalStyle = 'postgres'");
      set.execute("SET extra_float_digits = 1; SET bytea_output = 'hex'; SET lc_monetary = 'C'");
    }
  }

  private static List<Integer> key(Connection warehouse, StarQuery query, List<String> columns)
      throws SQLException {
    List<Integer> key = new ArrayList<>();
    try (PreparedStatement select = warehouse.prepareStatement(KEY)) {
      select.setString(1, query.target());
      ResultSet row = select.executeQuery();
      while (row.next()) {
        key.add(columns.indexOf(row.getString(1)));
      }
    }
    if (key.isEmpty() || key.contains(-1)) {
      throw new IllegalStateException(
          "the SELECT of " + query.target() + " must have the table's primary key: " + key);
    }
    return key;
  }

  private static Map<String, List<String>> rows(
      Connection connection, String select, List<Integer> key) throws SQLException {
    CopyOut copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut("COPY (" + select + ") TO STDOUT");
    Map<String, List<String>> rows = new LinkedHashMap<>();
    for (byte[] line = copy.readFromCopy(); line != null; line = copy.readFromCopy()) {
      String text = new String(line, UTF_8);
      List<String> fields =
          Arrays.stream(text.substring(0, text.length() - 1).split("\t", -1))
              .map(Oracle::shown)
              .toList();
      String name = String.join("|", key.stream().map(fields::get).toList());
      if (rows.put(name, fields) != null) {
        throw new IllegalStateException("two rows have the key " + name + " in: " + select);
      }
    }
    return rows;
  }

  /** The text, or what tells a long one from all others: both sides must fit into memory. */
  private static String shown(String text) {
    if (text.length() <= LONGEST) {
      return text;
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return text.substring(0, 20)
          + "… "
          + text.length()
          + " characters, SHA-256 "
          + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  private static void compare(
      String table,
      List<String> columns,
      Map<String, List<String>> expected,
      Map<String, List<String>> actual,
      List<Difference> differences) {
    Set<String> keys = new TreeSet<>(expected.keySet());
    keys.addAll(actual.keySet());
    for (String key : keys) {
      List<String> source = expected.get(key);
      List<String> warehouse = actual.get(key);
      if (source == null) {
        differences.add(
            new Difference(table, key, "*", Difference.NO_ROW, String.join("|", actual.get(key))));
      } else if (warehouse == null) {
        differences.add(
            new Difference(table, key, "*", String.join("|", source), Difference.NO_ROW));
      } else {
        for (int i = 0; i < columns.size(); i++) {
          if (!source.get(i).equals(warehouse.get(i))) {
            differences.add(
                new Difference(table, key, columns.get(i), source.get(i), warehouse.get(i)));
          }
        }
      }
    }
  }
}
