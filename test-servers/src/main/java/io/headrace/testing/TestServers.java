package io.headrace.testing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The one seam through which tests get their PostgreSQL 18 and Kafka: from Testcontainers where a
 * Docker engine answers, else from the embedded real binaries. The system property {@code
 * headrace.test.servers} ({@code docker}, {@code embedded}) forces one of them. Both are started on
 * first use, shared by all tests of the JVM, and stopped with it.
 */
public final class TestServers {
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** The longest identifier that PostgreSQL keeps whole. */
  private static final int MAX_NAME = 63;

  private TestServers() {}

  /**
   * A fresh empty database: role superuser, {@code wal_level=logical}, slots enough for every test.
   */
  public static TestDatabase newDatabase() {
    return newDatabase("test");
  }

  /**
   * As {@link #newDatabase()}.
   *
   * @param purpose part of its name, for whoever looks at the server
   */
  public static TestDatabase newDatabase(String purpose) {
    TestDatabase server = Shared.postgres();
    String name = uniqueName(purpose);
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE \"" + name + "\"");
    } catch (SQLException e) {
      throw new IllegalStateException("Database " + name + " could not be created", e);
    }
    return new TestDatabase(server.host(), server.port(), name, server.user(), server.password());
  }

  /**
   * Bootstrap servers of the broker. Topics are shared by all tests: begin their names with {@link
   * #uniqueName}.
   */
  public static String kafka() {
    return Shared.kafka();
  }

  /**
   * A name that no other call gets, in this JVM or another: lower case letters, digits and {@code
   * _}.
   */
  public static String uniqueName(String stem) {
    String cleaned = stem.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    String end =
        "_"
            + Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX)
            + "_"
            + COUNT.incrementAndGet();
    return cleaned.substring(0, Math.min(cleaned.length(), MAX_NAME - end.length())) + end;
  }
}
