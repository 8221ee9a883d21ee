package io.headrace.cli.settings;

import io.headrace.stage.Database;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * {@code postgresql://user:password@host:port/database}, as psql writes it.
 *
 * @param host host name or address
 * @param port 5432 unless named
 * @param database never empty
 * @param user never empty
 * @param password null when the URL has none
 */
record PostgresUrl(String host, int port, String database, String user, @Nullable String password) {
  private static final String SHAPE = "postgresql://user@host:port/database";
  private static final int DEFAULT_PORT = 5432;

  /**
   * Reads a URL.
   *
   * @throws IllegalArgumentException with a message that never holds the password
   */
  static PostgresUrl parse(String text) {
    URI uri = uri(text);
    check(
        "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme()),
        "must begin with postgresql://",
        text);
    check(uri.getRawQuery() == null, "must have no parameters after the database", text);
    check(uri.getHost() != null, "must name a host, letters, digits, - and .", text);
    String path = uri.getRawPath();
    check(path != null && path.matches("/[^/]+"), "must name one database after the host", text);
    String userInfo = uri.getRawUserInfo();
    check(userInfo != null && !userInfo.isEmpty(), "must name a user before the host", text);
    int colon = userInfo.indexOf(':');
    String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
    check(!user.isEmpty(), "must name a user before the host", text);
    return new PostgresUrl(
        uri.getHost(),
        uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
        decode(path.substring(1)),
        decode(user),
        colon < 0 ? null : decode(userInfo.substring(colon + 1)));
  }

  Database with(String knownPassword) {
    return new Database(host, port, database, user, knownPassword);
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw refuse("is no URL: " + e.getReason() + " at place " + (e.getIndex() + 1), text);
    }
  }

  private static void check(boolean holds, String rule, String text) {
    if (!holds) {
      throw refuse(rule, text);
    }
  }

  private static IllegalArgumentException refuse(String rule, String text) {
    return new IllegalArgumentException(
        rule + ", as in " + SHAPE + ", but was " + withoutPassword(text));
  }

  /** Between the first : after the scheme and the last @, or in a parameter, might be one. */
  private static String withoutPassword(String text) {
    return text.replaceFirst("^((?:[a-z]++:/*+)?+[^:@]*+):.*@", "$1:…@")
        .replaceFirst("\\?.*", "?…");
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
