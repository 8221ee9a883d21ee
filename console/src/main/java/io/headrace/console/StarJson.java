package io.headrace.console;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.star.Join;
import io.headrace.star.SourceTable;
import io.headrace.star.Star;
import io.headrace.star.StarFile;
import io.headrace.star.StarTable;

/** The compiled star: each table's SQL, and its plan as base, joins, and what is taken of each. */
final class StarJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private StarJson() {}

  static String write(Star star) {
    ObjectNode document = JSON.createObjectNode();
    document.put("generation", star.generation());
    ArrayNode tables = document.putArray("tables");
    for (StarTable table : star.tables()) {
      tables.add(table(star, table));
    }
    return document.toString();
  }

  private static ObjectNode table(Star star, StarTable table) {
    ObjectNode node = JSON.createObjectNode();
    node.put("name", table.name());
    star.files().stream()
        .filter(file -> file.name().equals(table.name()))
        .map(StarFile::text)
        .findFirst()
        .ifPresent(text -> node.put("sql", text));
    ArrayNode sources = node.putArray("sources");
    sources.add(source(table, 0));
    for (int i = 0; i < table.joins().size(); i++) {
      Join join = table.joins().get(i);
      ObjectNode joined = source(table, i + 1);
      joined.put("join", join.kind().name());
      joined.put("from", join.from());
      SourceTable holder = table.source(join.from());
      ArrayNode on = joined.putArray("on");
      for (int k = 0; k < join.foreignKey().size(); k++) {
        ObjectNode pair = on.addObject();
        pair.put("column", holder.columns().get(join.foreignKey().get(k)).name());
        pair.put("key", join.parent().columns().get(join.parent().key().get(k)).name());
      }
      sources.add(joined);
    }
    return node;
  }

  private static ObjectNode source(StarTable table, int from) {
    SourceTable source = table.source(from);
    ObjectNode node = JSON.createObjectNode();
    node.put("table", source.name().toString());
    ArrayNode key = node.putArray("key");
    source.key().forEach(column -> key.add(source.columns().get(column).name()));
    ArrayNode takes = node.putArray("takes");
    table.inputs().stream()
        .filter(input -> input.from() == from)
        .forEach(input -> takes.add(table.column(input).name()));
    return node;
  }
}
