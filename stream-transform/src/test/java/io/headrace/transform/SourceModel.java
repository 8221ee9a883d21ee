package io.headrace.transform;

import io.headrace.star.Join;
import io.headrace.star.SourceTable;
import io.headrace.star.Star;
import io.headrace.star.StarTable;
import io.headrace.wire.CopyText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * A source in memory that changes at random, and the naive join over it: loops, as SQL's definition
 * says.
 */
final class SourceModel {

  /** So few that rows meet, vanish and come back. */
  private static final int KEYS = 7;

  private final Star star;
  private final int partitions;
  private final Random random;
  private final boolean rereads;
  private final Map<SourceTable, TreeMap<String, List<@Nullable String>>> tables = new HashMap<>();

  /** A change and where the capture would write it. */
  record Written(int table, int partition, Change change) {}

  /**
   * An empty source.
   *
   * @param rereads whether rows are also read again that need not have changed
   */
  SourceModel(Star star, int partitions, Random random, boolean rereads) {
    this.star = star;
    this.partitions = partitions;
    this.random = random;
    this.rereads = rereads;
    star.sources().forEach(table -> tables.put(table, new TreeMap<>()));
  }

  /** What one source transaction writes. */
  List<Written> transaction() {
    List<Written> written = new ArrayList<>();
    int changes = 1 + random.nextInt(6);
    for (int i = 0; i < changes; i++) {
      int table = random.nextInt(star.sources().size());
      int dice = random.nextInt(100);
      if (dice < 2) {
        truncate(table, written);
      } else if (rereads && dice < 10) {
        readAgain(table, random(star.sources().get(table)), written);
      } else if (dice < 25) {
        delete(table, random(star.sources().get(table)), written);
      } else {
        upsert(table, random(star.sources().get(table)), written);
      }
    }
    return written;
  }

  private void truncate(int table, List<Written> written) {
    tables.get(star.sources().get(table)).clear();
    for (int p = 0; p < partitions; p++) {
      written.add(new Written(table, p, Change.TRUNCATE));
    }
  }

  private void delete(int table, List<@Nullable String> row, List<Written> written) {
    byte[] key = key(star.sources().get(table), row);
    if (tables.get(star.sources().get(table)).remove(text(key)) != null) {
      written.add(new Written(table, partition(key), Change.delete(key)));
      written.add(new Written(table, partition(key), Change.delete(key)));
    }
  }

  /** A row as it is, or is not, at a key that somebody asked for. */
  private void readAgain(int table, List<@Nullable String> asked, List<Written> written) {
    byte[] key = key(star.sources().get(table), asked);
    List<@Nullable String> row = tables.get(star.sources().get(table)).get(text(key));
    Change change = row == null ? Change.delete(key) : Change.upsert(key, CopyText.row(row));
    written.add(new Written(table, partition(key), change.sentAgain()));
  }

  private void upsert(int table, List<@Nullable String> row, List<Written> written) {
    byte[] key = key(star.sources().get(table), row);
    tables.get(star.sources().get(table)).put(text(key), row);
    written.add(new Written(table, partition(key), Change.upsert(key, CopyText.row(row))));
  }

  private List<@Nullable String> random(SourceTable table) {
    List<@Nullable String> row = new ArrayList<>();
    for (int i = 0; i < table.columns().size(); i++) {
      boolean nullable = !table.key().contains(i);
      row.add(nullable && random.nextInt(8) == 0 ? null : value(table, i));
    }
    return row;
  }

  private String value(SourceTable table, int column) {
    int value = random.nextInt(KEYS);
    return switch (table.columns().get(column).type().family()) {
      case NUMBER -> Integer.toString(value);
      default -> value == 0 ? "a\tb\\" : value == 1 ? "" : "v" + value;
    };
  }

  int partition(byte[] key) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }

  static byte[] key(SourceTable table, List<@Nullable String> row) {
    List<@Nullable String> key = new ArrayList<>();
    table.key().forEach(i -> key.add(row.get(i)));
    return CopyText.row(key);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The facts of a partition: for each star table by key, as text. */
  List<Map<String, String>> facts(int partition) {
    List<Map<String, String>> all = new ArrayList<>();
    for (StarTable table : star.tables()) {
      Map<String, String> facts = new TreeMap<>();
      tables
          .get(table.base())
          .forEach(
              (key, row) -> {
                String fact =
                    partition(key.getBytes(StandardCharsets.UTF_8)) == partition
                        ? fact(table, row)
                        : null;
                if (fact != null) {
                  facts.put(key, fact);
                }
              });
      all.add(facts);
    }
    return all;
  }

  private @Nullable String fact(StarTable table, List<@Nullable String> base) {
    List<@Nullable List<@Nullable String>> found = new ArrayList<>();
    found.add(base);
    for (Join join : table.joins()) {
      List<@Nullable String> row = find(join, found.get(join.from()));
      if (row == null && join.kind() == Join.Kind.INNER) {
        return null;
      }
      found.add(row);
    }
    List<@Nullable String> fact = new ArrayList<>();
    for (StarTable.Input input : table.inputs()) {
      List<@Nullable String> row = found.get(input.from());
      fact.add(row == null ? null : row.get(input.column()));
    }
    return text(CopyText.row(fact));
  }

  private @Nullable List<@Nullable String> find(Join join, @Nullable List<@Nullable String> child) {
    if (child == null) {
      return null;
    }
    for (List<@Nullable String> parent : tables.get(join.parent()).values()) {
      boolean equal = true;
      for (int i = 0; i < join.foreignKey().size(); i++) {
        String value = child.get(join.foreignKey().get(i));
        equal &= value != null && value.equals(parent.get(join.parent().key().get(i)));
      }
      if (equal) {
        return parent;
      }
    }
    return null;
  }
}
