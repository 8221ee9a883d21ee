package io.headrace.verify;

import io.headrace.star.DataType;
import io.headrace.star.Identifiers;
import io.headrace.star.StarFile;
import io.headrace.star.StarTable;
import io.headrace.star.TableName;
import io.headrace.verify.TargetColumns.TargetColumn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A table of the star as both sides have it.
 *
 * @param starTable the table
 * @param layout how a row of either side is read
 * @param source its SELECT on the source, values cast to the warehouse's types
 * @param warehouse the table in the warehouse
 * @param target its name there
 */
record ComparedTable(
    StarTable starTable, Row.Layout layout, Relation source, Relation warehouse, TableName target) {

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
      DataType base = table.base().columns().get(table.key().get(i)).type();
      String place = "s." + Identifiers.quote(key.get(i));
      places.add(place);
      // A value of the warehouse's type may be none of the source's, and cannot be looked up there.
      matches.add(type.isSameBut(base.sql()) ? place : cast(place, type));
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
        target.name());
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
