package io.headrace.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * A database of a test's own, on a server shared by all tests of the JVM.
 *
 * @param host host name or address
 * @param port TCP port
 * @param name the database
 * @param user a superuser
 * @param password its password
 */
public record TestDatabase(String host, int port, String name, String user, String password) {

  /** Address without user and password. */
  public String jdbcUrl() {
    return "jdbc:postgresql://" + host + ":" + port + "/" + name;
  }

  /** A new connection, in auto-commit mode. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl(), user, password);
  }
}
