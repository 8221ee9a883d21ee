package io.headrace.stage;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/**
 * How to reach a PostgreSQL database.
 *
 * @param host host name or address
 * @param port TCP port
 * @param name the database
 * @param user the role
 * @param password its password; never printed
 */
public record Database(String host, int port, String name, String user, String password) {

  /** Address without user and password. */
  public String jdbcUrl() {
    return "jdbc:postgresql://" + host + ":" + port + "/" + name;
  }

  /** A new connection, under an application name that pg_stat_activity shows. */
  public Connection connect(String applicationName) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(), properties(applicationName));
  }

  /**
   * A new connection for short questions: a server that does not answer within some seconds is an
   * error, not a reason to wait.
   */
  public Connection connect(String applicationName, Duration patience) throws SQLException {
    Properties properties = properties(applicationName);
    String seconds = Long.toString(Math.max(1, patience.toSeconds()));
    properties.setProperty("connectTimeout", seconds);
    properties.setProperty("loginTimeout", seconds);
    properties.setProperty("socketTimeout", seconds);
    return DriverManager.getConnection(jdbcUrl(), properties);
  }

  private Properties properties(String applicationName) {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("ApplicationName", applicationName);
    return properties;
  }

  /** Everything but the password. */
  @Override
  public String toString() {
    return "postgresql://" + user + "@" + host + ":" + port + "/" + name;
  }
}
