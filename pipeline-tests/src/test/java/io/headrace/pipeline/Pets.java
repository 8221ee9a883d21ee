package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A small star whose every state a reader can tell from a mixture of two. */
final class Pets {
  static final int COUNT = 300;

  private Pets() {}

  /** In every state of the source each owner's name ends with the number that each pet's has. */
  static StarFolder folder() {
    return StarFolder.create()
        .source(
            """
            CREATE TABLE owner (id integer PRIMARY KEY, name text);
            CREATE TABLE pet (id integer PRIMARY KEY, owner_id integer, name text, kind text);
            ALTER TABLE owner REPLICA IDENTITY FULL;
            ALTER TABLE pet REPLICA IDENTITY FULL;
            INSERT INTO owner SELECT n, 'v0' FROM generate_series(1, 10) n;
            INSERT INTO pet SELECT n, 1 + n % 10, 'v0', 'v0' FROM generate_series(1, 300) n;""")
        .select("d_owner", "SELECT id, name FROM owner")
        .select(
            "f_pet",
            "SELECT p.id, p.name, o.id AS owner_id, o.name AS owner FROM pet p JOIN owner o ON o.id = p.owner_id")
        .warehouse(
            1,
            """
            CREATE TABLE d_owner (id integer PRIMARY KEY, name text);
            CREATE TABLE f_pet (id integer PRIMARY KEY, name text,
              owner_id integer REFERENCES d_owner DEFERRABLE INITIALLY DEFERRED, owner text);
            CREATE MATERIALIZED VIEW mart AS SELECT owner_id, count(*) AS pets FROM f_pet GROUP BY owner_id WITH NO DATA;
            CREATE UNIQUE INDEX ON mart (owner_id);
            CREATE SCHEMA analysts;
            CREATE VIEW analysts.named AS SELECT id, name, owner FROM f_pet;""");
  }

  /**
   * Changes everything to the next version: 110 rows a transaction, {@value #PER_SECOND} of them a
   * second on a machine that is fast enough.
   */
  static final class Changes implements AutoCloseable {
    private static final int PER_SECOND = 300;
    private static final int PER_TRANSACTION = 110;

    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicLong version = new AtomicLong();
    private final CompletableFuture<Void> writing;

    Changes(Setup setup) {
      writing =
          CompletableFuture.runAsync(
              () -> {
                try (Connection connection = setup.source().connect("writer");
                    Statement statement = connection.createStatement()) {
                  connection.setAutoCommit(false);
                  long began = System.nanoTime();
                  while (!done.get()) {
                    String name = "'v" + version.incrementAndGet() + "'";
                    statement.execute("UPDATE owner SET name = " + name);
                    statement.execute(
                        "UPDATE pet SET name = " + name + ", kind = " + name + " WHERE id % 3 = 0");
                    connection.commit();
                    long due =
                        version.get() * PER_TRANSACTION * 1_000L / PER_SECOND
                            - (System.nanoTime() - began) / 1_000_000;
                    Thread.sleep(Math.max(0, due));
                  }
                } catch (SQLException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
    }

    /** Rows that it has changed. */
    long rows() {
      return version.get() * PER_TRANSACTION;
    }

    @Override
    public void close() {
      done.set(true);
      writing.join();
    }
  }

  /** Somebody who looks all the time; what is wrong is an error of its thread. */
  static CompletableFuture<Long> reader(Setup setup, boolean snapshot, AtomicBoolean done) {
    return CompletableFuture.supplyAsync(
        () -> {
          long reads = 0;
          try (Connection connection = setup.warehouse().connect("reader");
              Statement statement = connection.createStatement()) {
            if (snapshot) {
              connection.setAutoCommit(false);
              connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            }
            while (!done.get()) {
              if (snapshot) {
                look(statement, "SELECT count(*), min(name), max(name) FROM d_owner", 10);
                look(statement, "SELECT count(*), min(owner), max(owner) FROM f_pet", COUNT);
                look(
                    statement,
                    "SELECT count(*), min(owner), max(owner) FROM analysts.named",
                    COUNT);
                connection.commit();
              }
              look(
                  statement,
                  """
                  SELECT count(*), min(d.name), max(n.owner)
                  FROM d_owner d JOIN f_pet f ON f.owner_id = d.id AND f.owner = d.name
                  JOIN analysts.named n ON n.id = f.id AND n.owner = d.name""",
                  COUNT);
              look(statement, "SELECT sum(pets), '', '' FROM mart", COUNT);
              if (snapshot) {
                connection.commit();
              }
              reads++;
              Thread.sleep(2);
            }
            return reads;
          } catch (SQLException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        task -> new Thread(task).start());
  }

  private static void look(Statement statement, String sql, int rows) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      assertThat(row.getInt(1)).as(sql).isEqualTo(rows);
      assertThat(row.getString(2)).as(sql).isEqualTo(row.getString(3));
    }
  }
}
