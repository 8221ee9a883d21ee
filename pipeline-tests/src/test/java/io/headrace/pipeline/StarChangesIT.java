package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
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

  /** The new table is large enough to be loaded in several pieces while everything changes. */
  @Test
  void a_table_that_comes_to_the_star_fills_itself_while_the_source_changes() throws Exception {
    StarFolder folder = pets();
    Setup setup = Setup.of(folder.path(), 3);
    try (Pipeline pipeline = Pipeline.start(setup)) {
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
    }
    setup.onSource(
        "CREATE TABLE visit (id integer PRIMARY KEY, pet_id integer, note text)",
        "ALTER TABLE visit REPLICA IDENTITY FULL",
        "INSERT INTO pet VALUES (9, 1, 'Rex')",
        "INSERT INTO visit SELECT i, i % 5, 'visit ' || i FROM generate_series(1, 20000) i");
    folder
        .select(
            "f_visit",
            """
            SELECT v.id, v.note, p.name AS pet, o.name AS owner
            FROM visit v LEFT JOIN pet p ON p.id = v.pet_id LEFT JOIN owner o ON o.id = p.owner_id""")
        .warehouse(
            2, "CREATE TABLE f_visit (id integer PRIMARY KEY, note text, pet text, owner text)");
    setup.applyWarehouse();

    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<Exception> failed = new AtomicReference<>();
    Thread writer =
        new Thread(
            () -> {
              try (Connection source = setup.source().connect("writer");
                  Statement statement = source.createStatement()) {
                for (int i = 0; !done.get(); i = (i + 7919) % 20000) {
                  statement.execute("UPDATE visit SET note = note || '!' WHERE id = " + i);
                  statement.execute("DELETE FROM visit WHERE id % 2 = 1 AND id = " + (i + 3));
                  // One transaction: no reader may see the one without the other.
                  statement.execute(
                      "DO $$ BEGIN UPDATE pet SET name = 'Rex "
                          + i
                          + "' WHERE id = 9; UPDATE visit SET note = 'with "
                          + i
                          + "', pet_id = 9 WHERE id = 20000; END $$");
                  Thread.sleep(5);
                }
              } catch (SQLException e) {
                failed.set(e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    AtomicInteger seen = new AtomicInteger();
    Thread reader = new Thread(() -> readVisits(setup, done, seen, failed));
    try (Pipeline pipeline = Pipeline.start(setup)) {
      writer.start();
      reader.start();
      Awaitility.await("states with visits")
          .atMost(WITHIN)
          .until(
              () -> {
                pipeline.check();
                return failed.get() != null || seen.get() >= 5;
              });
      pipeline.restart(StageKind.CAPTURE);
      int before = seen.get();
      Awaitility.await("more of them")
          .atMost(WITHIN)
          .until(
              () -> {
                pipeline.check();
                return failed.get() != null || seen.get() >= before + 5;
              });
      done.set(true);
      writer.join();
      reader.join();
      assertThat(failed.get()).isNull();
      Convergence.assertEqual(setup, WITHIN, pipeline::check);
    } finally {
      done.set(true);
    }
  }

  /** Visits are there all at once, and a visit and its pet are always of one transaction. */
  private static void readVisits(
      Setup setup, AtomicBoolean done, AtomicInteger seen, AtomicReference<Exception> failed) {
    try (Connection warehouse = setup.warehouse().connect("reader");
        Statement statement = warehouse.createStatement()) {
      String last = "";
      while (!done.get()) {
        try (ResultSet row =
            statement.executeQuery(
                """
                SELECT (SELECT count(*) FROM f_visit) AS visits, v.note, p.name
                FROM f_visit v, f_pet p WHERE v.id = 20000 AND p.id = 9 AND v.note LIKE 'with %'""")) {
          if (row.next()) {
            String note = row.getString("note").substring("with ".length());
            if (!("Rex " + note).equals(row.getString("name")) || row.getInt("visits") < 10_000) {
              throw new SQLException(
                  row.getInt("visits") + " visits, " + note + " but " + row.getString("name"));
            }
            if (!note.equals(last)) {
              last = note;
              seen.incrementAndGet();
            }
          }
        }
        Thread.sleep(3);
      }
    } catch (SQLException e) {
      failed.set(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
