package io.headrace.sink;

import java.util.Map;

/** A small star: parents, and children joined to them with an expression and a WHERE. */
final class Family {
  static final String SOURCE =
      """
      CREATE TABLE parent (id integer PRIMARY KEY, name text);
      CREATE TABLE child (id integer PRIMARY KEY, parent_id integer, qty integer, note numeric);
      """;
  static final String CHILD =
      """
      SELECT c.id, c.parent_id, c.qty * 2 AS twice, c.note, p.name AS parent_name
      FROM child c JOIN parent p ON p.id = c.parent_id -- its parent
      WHERE c.qty > 0 -- counted
      """;
  static final Map<String, String> SELECTS =
      Map.of("d_parent", "SELECT id AS parent_id, name FROM parent", "f_child", CHILD);
  static final String WAREHOUSE =
      """
      CREATE TABLE d_parent (parent_id integer PRIMARY KEY, name text);
      CREATE TABLE f_child (id integer PRIMARY KEY, parent_id integer REFERENCES d_parent, twice integer,
        note numeric, parent_name text);
      """;
  static final String CHILDREN = "SELECT * FROM f_child ORDER BY id";
  static final String PARENTS = "SELECT * FROM d_parent ORDER BY parent_id";

  private Family() {}

  static StarFixture fixture() {
    return new StarFixture(SOURCE, SELECTS, WAREHOUSE);
  }

  /** One whose sink stops at the first record that it would set aside. */
  static StarFixture strict() {
    StarFixture family = fixture();
    family.deadLetterLimit = 0;
    return family;
  }
}
