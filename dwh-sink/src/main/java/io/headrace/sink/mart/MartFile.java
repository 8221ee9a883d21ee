package io.headrace.sink.mart;

import io.headrace.star.Identifiers;
import io.headrace.star.StarFile;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A mart as it is declared: {@code mart/<name>.sql} and {@code mart/<name>.properties}.
 *
 * @param file its SELECT
 * @param rules when and how it is refreshed
 * @param key the columns that tell its rows apart
 */
public record MartFile(StarFile file, MartRules rules, List<String> key) {
  public MartFile {
    key = List.copyOf(key);
  }

  /** The materialized view's name. */
  public String name() {
    return file.name();
  }

  /** The key's columns as SQL text. */
  String keyColumns() {
    return key.stream().map(Identifiers::quote).collect(Collectors.joining(", "));
  }
}
