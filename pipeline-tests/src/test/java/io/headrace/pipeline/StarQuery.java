package io.headrace.pipeline;

import io.headrace.star.Identifiers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A SELECT of the star as its author wrote it. Read here once more, past the compiler, so that a
 * mistake of the compiler cannot hide itself.
 *
 * @param target the warehouse table
 * @param select the text without its closing semicolon
 */
record StarQuery(String target, String select) {

  /** A semicolon with nothing but comments behind it. */
  private static final Pattern CLOSING = Pattern.compile(";\\s*(--[^\n]*\\s*)*$");

  /** All SELECTs under {@code <sql>/star}. */
  static List<StarQuery> read(Path sql) {
    try (Stream<Path> files = Files.list(sql.resolve("star"))) {
      return files
          .filter(file -> file.toString().endsWith(".sql"))
          .sorted()
          .map(StarQuery::of)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StarQuery of(Path file) {
    try {
      String name = String.valueOf(file.getFileName());
      String text = CLOSING.matcher(Files.readString(file)).replaceFirst("");
      return new StarQuery(name.substring(0, name.length() - ".sql".length()), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of the result's columns. */
  List<String> columns(Connection source) throws SQLException {
    try (Statement statement = source.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM (\n" + select + "\n) q LIMIT 0")) {
      ResultSetMetaData result = rows.getMetaData();
      List<String> names = new ArrayList<>();
      for (int i = 1; i <= result.getColumnCount(); i++) {
        names.add(result.getColumnLabel(i));
      }
      return names;
    }
  }

  /** The SELECT on the source. */
  String onSource(List<String> columns) {
    return "SELECT " + list(columns) + " FROM (\n" + select + "\n) q";
  }

  /** What the warehouse has instead. */
  String onWarehouse(List<String> columns) {
    return "SELECT " + list(columns) + " FROM " + Identifiers.quote(target);
  }

  private static String list(List<String> columns) {
    return columns.stream().map(Identifiers::quote).collect(Collectors.joining(", "));
  }
}
