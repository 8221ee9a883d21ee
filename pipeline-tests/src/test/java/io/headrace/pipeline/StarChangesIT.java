package io.headrace.pipeline;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A source that changes under the star, and a star that changes over its source. */
class StarChangesIT {

  private static final Duration WITHIN = Duration.ofSeconds(60);

  private static StarFolder pets() {
    return StarFolder.create()
        .source(
            """
            CREATE TABLE owner (id integer PRIMARY KEY, name text);
            CREATE TABLE pet (id integer PRIMARY KEY, owner_id integer, name text);
            ALTER TABLE owner REPLICA IDENTITY FULL;
            ALTER TABLE pet REPLICA IDENTITY FULL;
            INSERT INTO owner VALUES (1, 'Ada'), (2, 'Bob');
            INSERT INTO pet VALUES (1, 1, 'Rex'), (2, 2, 'Tom'), (3, 3, 'stray');""")
        .select("d_owner", "SELECT id, name FROM owner")
        .select(
            "f_pet",
            "SELECT p.id, p.name, o.id AS owner_id, o.name AS owner FROM pet p JOIN owner o ON o.id = p.owner_id")
        .warehouse(
            1,
            """
            CREATE TABLE d_owner (id integer PRIMARY KEY, name text);
            CREATE TABLE f_pet (id integer PRIMARY KEY, name text, owner_id integer REFERENCES d_owner, owner text);""");
  }

  @Test
  void a_new_column_is_ignored_until_the_star_has_it_and_then_it_flows() throws Exception {
    StarFolder folder = pets();
    Setup setup = Setup.of(folder.path(), 3);
    try (Pipeline pipeline = Pipeline.start(setup)) {
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
      setup.onSource(
          "ALTER TABLE pet ADD COLUMN kind text DEFAULT 'unknown'",
          "ALTER TABLE pet ADD COLUMN born date",
          "INSERT INTO pet VALUES (4, 1, 'Kit', 'cat', '2024-02-29')",
          "UPDATE pet SET kind = 'dog', name = 'Rex II' WHERE id = 1");
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
    }

    folder
        .select(
            "f_pet",
            """
            SELECT p.id, p.name, o.id AS owner_id, o.name AS owner, p.kind, p.born
            FROM pet p JOIN owner o ON o.id = p.owner_id""")
        .warehouse(2, "ALTER TABLE f_pet ADD COLUMN kind text, ADD COLUMN born date");
    setup.applyWarehouse();
    try (Pipeline pipeline = Pipeline.start(setup)) {
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
      setup.onSource(
          "UPDATE pet SET born = '2020-01-01' WHERE id = 2",
          "UPDATE owner SET name = 'Bobby' WHERE id = 2");
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
    }
  }

  @Test
  void a_star_that_wants_less_takes_away_what_it_no_longer_has() throws Exception {
    StarFolder folder = pets();
    Setup setup = Setup.of(folder.path(), 3);
    try (Pipeline pipeline = Pipeline.start(setup)) {
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
    }
    setup.onSource("DELETE FROM pet WHERE id = 1");

    folder.select(
        "f_pet",
        """
        SELECT p.id, upper(p.name) AS name, o.id AS owner_id, o.name AS owner
        FROM pet p LEFT JOIN owner o ON o.id = p.owner_id WHERE p.id <> 2""");
    try (Pipeline pipeline = Pipeline.start(setup)) {
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
    }
  }

  @Test
  void a_source_without_foreign_keys_cannot_stop_it() throws Exception {
    StarFolder folder =
        pets()
            .select(
                "f_pet",
                "SELECT p.id, p.name, p.owner_id, o.name AS owner FROM pet p LEFT JOIN owner o ON o.id = p.owner_id");
    Setup setup = Setup.of(folder.path(), 3);
    try (Pipeline pipeline = Pipeline.start(setup)) {
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
      setup.onSource("INSERT INTO owner VALUES (3, 'late')");
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
      setup.onSource("DELETE FROM owner", "TRUNCATE owner");
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
      setup.onSource("INSERT INTO owner VALUES (2, 'back')", "UPDATE owner SET id = 3");
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
    }
  }

  @Test
  void parents_may_come_late_vanish_and_come_back() throws Exception {
    Setup setup = Setup.of(pets().path(), 3);
    try (Pipeline pipeline = Pipeline.start(setup)) {
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
      setup.onSource("INSERT INTO owner VALUES (3, 'late')");
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
      setup.onSource("TRUNCATE owner");
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
      setup.onSource(
          "INSERT INTO owner VALUES (1, 'back'), (3, 'again')", "UPDATE pet SET owner_id = 1");
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
    }
  }
}
