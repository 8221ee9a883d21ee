package io.headrace.embedded;

import java.nio.file.Path;

/** Starts a server, says "up", and waits to be killed. */
final class PostgresInItsOwnJvm {
  private PostgresInItsOwnJvm() {}

  public static void main(String[] folder) throws Exception {
    LocalPostgres postgres = LocalPostgresIT.start(Path.of(folder[0]), 0);
    LocalPostgresIT.execute(postgres, "CREATE TABLE course AS SELECT 7 AS id");
    System.out.println("up");
    Thread.sleep(Long.MAX_VALUE);
  }
}
