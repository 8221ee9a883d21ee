package io.headrace.verify;

import io.headrace.star.Column;
import io.headrace.star.DataType;
import io.headrace.star.Identifiers;
import io.headrace.star.StarFile;
import io.headrace.star.StarTable;
import io.headrace.verify.TargetColumns.TargetColumn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A table of the star as both sides have it.
 *
 * @param starTable the table
 * @param layout how a row of either side is read
 * @param source its SELECT on the source, values cast to the warehouse's types
 * @param warehouse the table in the warehouse
 * @param target its name and types there
 */
record ComparedTable(
    StarTable starTable,
    Row.Layout layout,
    Relation source,
    Relation warehouse,
    TargetColumns target) {

  String name() {
    return starTable.name();
  }

  List<String> columns() {
    return starTable.query().columns();
  }

  /** The key's columns in the star table. */
  List<String> key() {
    return starTable.query().key();
  }

  /** The key in the base table, as the warehouse's types write it. */
  List<String> baseKey(String alias) {
    return IntStream.range(0, key().size())
        .mapToObj(i -> cast(baseColumn(alias, i), type(target.columns(), key().get(i))))
        .toList();
  }

  /** The key in the base table, as it can be looked up by values of the warehouse's types. */
  List<String> baseMatch(String alias) {
    return IntStream.range(0, key().size())
        .mapToObj(i -> match(starTable, i, target, baseColumn(alias, i)))
        .toList();
  }

  private String baseColumn(String alias, int position) {
    Column column = starTable.base().columns().get(starTable.base().key().get(position));
    return alias + "." + Identifiers.quote(column.name());
  }

  /** A value of the warehouse's type may be none of the source's, and cannot be looked up there. */
  private static String match(StarTable table, int position, TargetColumns target, String value) {
    TargetColumn type = type(target.columns(), table.query().key().get(position));
    DataType base = table.base().columns().get(table.base().key().get(position)).type();
    return type.isSameBut(base.sql()) ? value : cast(value, type);
  }

  /** Looks the target's types up and writes both sides' SQL. */
  static ComparedTable of(StarTable table, StarFile file, Connection warehouse)
      throws SQLException {
    return of(table, file, TargetColumns.find(warehouse, table.name()));
  }

  static ComparedTable of(StarTable table, StarFile file, TargetColumns target) {
    Map<String, TargetColumn> types = target.columns();
    List<String> columns = table.query().columns();
    List<String> key = table.query().key();
    List<String> cast = new ArrayList<>();
    List<String> plain = new ArrayList<>();
    for (String column : columns) {
      String value = "s." + Identifiers.quote(column);
      plain.add(value);
      cast.add(cast(value, type(types, column)));
    }
    List<String> places = new ArrayList<>();
    List<String> matches = new ArrayList<>();
    List<String> matchTypes = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      TargetColumn type = type(types, key.get(i));
      String place = "s." + Identifiers.quote(key.get(i));
      places.add(place);
      matches.add(match(table, i, target, place));
      matchTypes.add(type.bare());
    }
    return new ComparedTable(
        table,
        new Row.Layout(key.size(), columns.size(), key.stream().map(columns::indexOf).toList()),
        new Relation(
            "(" + file.select() + "\n) AS s", places, columns, cast, key, matches, matchTypes),
        new Relation(
            target.name().quoted() + " AS s",
            target.primaryKey().stream().map(c -> "s." + Identifiers.quote(c)).toList(),
            columns,
            plain,
            key,
            places,
            matchTypes),
        target);
  }

  /**
   * As the warehouse's type, where the source knows that type: 1 is 1.00 in numeric(4,2). A type of
   * the user's own has the same texts on both sides already.
   */
  private static String cast(String value, TargetColumn type) {
    return type.builtIn() ? "CAST(" + value + " AS " + type.sql() + ")" : value;
  }

  private static TargetColumn type(Map<String, TargetColumn> types, String column) {
    TargetColumn type = types.get(column);
    if (type == null) {
      throw new IllegalStateException("no column " + column + " in the warehouse");
    }
    return type;
  }
}
