package io.headrace.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RelationTest {
  private final Relation relation =
      new Relation(
          "(SELECT a, b FROM t\n) AS s",
          List.of("s.\"b\"", "s.\"a\""),
          List.of("a", "b"),
          List.of("CAST(s.\"a\" AS bigint)", "s.\"b\""),
          List.of("a", "b"),
          List.of("s.\"a\"", "s.\"b\""),
          List.of("bigint", "text"));

  @Test
  void aPageBeginsAfterAPlaceInTheOrderOfTheIndex() {
    assertThat(relation.page(List.of("it's", "7"), new Filter("a > 1 -- ok", null), 10))
        .contains("(headrace_place1, headrace_place2) > ('it''s', '7')")
        .contains("ORDER BY headrace_place1, headrace_place2 LIMIT 10")
        .contains("(a > 1 -- ok\n)");
    assertThat(relation.page(null, Filter.ALL, 10)).contains("WHERE true\nORDER BY");
  }

  @Test
  void keysAreLookedUpAsArrays() {
    assertThat(relation.rowsOf(List.of(List.of("1", "x\"y"), List.of("2", "\\ 'z'")), Filter.ALL))
        .contains("unnest('{\"1\",\"2\"}'::bigint[], '{\"x\\\"y\",\"\\\\ ''z''\"}'::text[])")
        .contains("r.headrace_match1 = wanted.headrace_wanted1 AND r.headrace_match2 =");
  }
}
