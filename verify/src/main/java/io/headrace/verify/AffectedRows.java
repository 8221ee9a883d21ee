package io.headrace.verify;

import static java.util.stream.Collectors.joining;

import io.headrace.star.Column;
import io.headrace.star.Identifiers;
import io.headrace.star.Join;
import io.headrace.star.SourceTable;
import io.headrace.star.StarTable;
import io.headrace.wire.RecaptureMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The source's rows from which facts are made: each fact's base row, whether the source still has
 * it or not, and the rows that the source joins to it now.
 */
final class AffectedRows {
  private final Map<SourceTable, Set<RowKey>> rows = new LinkedHashMap<>();

  /** Adds those of certain facts. */
  void add(ComparedTable table, List<RowKey> facts, Connection source) throws SQLException {
    StarTable star = table.starTable();
    Set<RowKey> gone = new LinkedHashSet<>(facts);
    CopyLines.read(
        source,
        sql(table, facts),
        values -> {
          gone.remove(key(values, 0, star.key().size()));
          int at = star.key().size();
          for (int from = 0; from <= star.joins().size(); from++) {
            SourceTable joined = star.source(from);
            RowKey key = key(values, at, joined.key().size());
            if (key != null) {
              rows.computeIfAbsent(joined, t -> new LinkedHashSet<>()).add(key);
            }
            at += joined.key().size();
          }
        });
    if (!gone.isEmpty()) {
      rows.computeIfAbsent(star.base(), t -> new LinkedHashSet<>()).addAll(gone);
    }
  }

  /** Null where an outer join has found none. */
  private static @Nullable RowKey key(List<@Nullable String> values, int at, int size) {
    List<String> key = new ArrayList<>();
    for (String value : values.subList(at, at + size)) {
      if (value == null) {
        return null;
      }
      key.add(value);
    }
    return RowKey.of(key);
  }

  /** The facts' keys, then the primary keys of the base's row and of each joined one. */
  static String sql(ComparedTable table, List<RowKey> facts) {
    StarTable star = table.starTable();
    List<String> selected = new ArrayList<>(table.baseKey("t0"));
    StringBuilder from = new StringBuilder();
    for (int i = 0; i <= star.joins().size(); i++) {
      int at = i;
      star.source(i).key().stream()
          .map(position -> column(star, at, position))
          .forEach(selected::add);
    }
    for (int i = 1; i <= star.joins().size(); i++) {
      Join join = star.joins().get(i - 1);
      int at = i;
      from.append("\nLEFT JOIN ").append(join.parent().name().quoted()).append(" AS t").append(i);
      from.append(" ON ")
          .append(
              IntStream.range(0, join.foreignKey().size())
                  .mapToObj(
                      k ->
                          column(star, at, join.parent().key().get(k))
                              + " = "
                              + column(star, join.from(), join.foreignKey().get(k)))
                  .collect(joining(" AND ")));
    }
    List<String> match = table.baseMatch("t0");
    List<String> types = table.source().matchTypes();
    List<List<String>> keys = facts.stream().map(RowKey::values).toList();
    return "COPY (SELECT "
        + String.join(", ", selected)
        + "\nFROM unnest("
        + IntStream.range(0, types.size())
            .mapToObj(i -> SqlText.array(keys.stream().map(k -> k.get(i)).toList(), types.get(i)))
            .collect(joining(", "))
        + ") AS wanted ("
        + IntStream.range(0, types.size()).mapToObj(i -> "w" + i).collect(joining(", "))
        + ")\nJOIN "
        + star.base().name().quoted()
        + " AS t0 ON "
        + IntStream.range(0, types.size())
            .mapToObj(i -> match.get(i) + " = wanted.w" + i)
            .collect(joining(" AND "))
        + from
        + ") TO STDOUT";
  }

  private static String column(StarTable star, int from, int position) {
    return "t" + from + "." + Identifiers.quote(star.source(from).columns().get(position).name());
  }

  /** How many rows of each table. */
  Map<String, Integer> counts() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    rows.forEach((table, keys) -> counts.put(table.name().toString(), keys.size()));
    return counts;
  }

  /** The requests for all of them. */
  List<RecaptureMessage> requests() {
    List<RecaptureMessage> requests = new ArrayList<>();
    List<RecaptureMessage.Rows> next = new ArrayList<>();
    int size = 0;
    for (Map.Entry<SourceTable, Set<RowKey>> table : rows.entrySet()) {
      List<Map<String, String>> keys =
          table.getValue().stream().map(key -> inTopic(table.getKey(), key)).toList();
      for (int from = 0; from < keys.size(); ) {
        int to = Math.min(keys.size(), from + RecaptureMessage.MOST_KEYS - size);
        next.add(new RecaptureMessage.Rows(table.getKey().name(), keys.subList(from, to)));
        size += to - from;
        from = to;
        if (size == RecaptureMessage.MOST_KEYS) {
          requests.add(new RecaptureMessage(UUID.randomUUID().toString(), next));
          next.clear();
          size = 0;
        }
      }
    }
    if (size > 0) {
      requests.add(new RecaptureMessage(UUID.randomUUID().toString(), next));
    }
    return requests;
  }

  /** A key as the table's topic has it, from COPY's text. */
  private static Map<String, String> inTopic(SourceTable table, RowKey key) {
    Map<String, String> columns = new LinkedHashMap<>();
    for (int i = 0; i < table.key().size(); i++) {
      Column column = table.columns().get(table.key().get(i));
      String text = key.values().get(i);
      columns.put(
          column.name(),
          switch (column.type().family()) {
            case BOOLEAN -> text.equals("t") ? "true" : "false";
            case BYTES ->
                Base64.getEncoder().encodeToString(HexFormat.of().parseHex(text.substring(2)));
            case NUMBER, TEXT -> text;
          });
    }
    return columns;
  }
}
