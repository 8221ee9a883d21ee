package io.headrace.pipeline;

import io.headrace.wire.Lsn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The whole star as a few numbers: for each table the count of its rows and the sum of the rows'
 * hashes, taken by one statement and so from one snapshot.
 */
final class Checksums {

  private final String ofSource;
  private final String ofWarehouse;
  private final int tables;

  private Checksums(List<String> source, List<String> warehouse) {
    ofSource = statement(source);
    ofWarehouse = statement(warehouse) + ", (SELECT lsn FROM headrace.position)";
    tables = source.size();
  }

  static Checksums of(Setup setup) throws SQLException {
    List<String> source = new ArrayList<>();
    List<String> warehouse = new ArrayList<>();
    try (Connection connection = setup.source().connect("checksums")) {
      for (StarQuery query : StarQuery.read(setup.sql())) {
        List<String> columns = query.columns(connection);
        source.add(query.onSource(columns));
        warehouse.add(query.onWarehouse(columns));
      }
    }
    return new Checksums(source, warehouse);
  }

  private static String statement(List<String> selects) {
    return selects.stream()
        .map(
            select ->
                "(SELECT count(*) || ':' || coalesce(sum(hashtextextended(row::text, 0)::numeric), 0) FROM ("
                    + select
                    + ") row)")
        .collect(Collectors.joining(", ", "SELECT ", ""));
  }

  /**
   * What one statement saw.
   *
   * @param tables the checksums in the order of the tables' names
   * @param position what the warehouse says where it is; null on the source, and before the first
   *     load
   */
  record Reading(List<String> tables, @Nullable Lsn position) {
    /** Whether every table is empty. */
    boolean isEmpty() {
      return tables.stream().allMatch("0:0"::equals);
    }
  }

  /** The star's SELECTs on the source. */
  List<String> ofSource(Connection source) throws SQLException {
    return read(source, ofSource).tables();
  }

  /** The star's tables in the warehouse. */
  Reading ofWarehouse(Connection warehouse) throws SQLException {
    return read(warehouse, ofWarehouse);
  }

  private Reading read(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      List<String> sums = new ArrayList<>();
      for (int i = 1; i <= tables; i++) {
        sums.add(row.getString(i));
      }
      boolean positioned = row.getMetaData().getColumnCount() > tables;
      String position = positioned ? row.getString(tables + 1) : null;
      return new Reading(List.copyOf(sums), position == null ? null : Lsn.parse(position));
    }
  }
}
