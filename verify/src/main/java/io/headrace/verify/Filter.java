package io.headrace.verify;

import static java.util.stream.Collectors.joining;

import io.headrace.star.Identifiers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of the star are to be compared.
 *
 * @param where a condition over the star table's columns, or null for all rows
 * @param sample a part of the rows, or null for all
 */
public record Filter(@Nullable String where, @Nullable Sample sample) {

  /** Every row. */
  public static final Filter ALL = new Filter(null, null);

  /**
   * A part of the rows, chosen by a hash of their keys: the same rows on both sides.
   *
   * @param percent more than 0, at most 100
   * @param seed another seed chooses other rows
   */
  public record Sample(double percent, long seed) {}

  private static final double HASHES = 4294967296.0;

  /**
   * The condition as SQL over a relation's columns.
   *
   * @param key the key's columns
   */
  String sql(List<String> key) {
    String all = where == null ? "true" : "(" + where + "\n)";
    if (sample == null) {
      return all;
    }
    // Of md5 every server has the same; PostgreSQL's own hashes depend on the machine.
    String text =
        key.stream()
            .map(column -> Identifiers.quote(column) + "::text")
            .collect(joining(" || E'\\t' || "));
    return all
        + " AND ('x' || left(md5(convert_to('"
        + sample.seed()
        + " ' || "
        + text
        + ", 'UTF8')), 8))::bit(32)::bigint < "
        + Math.round(sample.percent() / 100 * HASHES);
  }
}
