package io.headrace.star;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What PostgreSQL says in an error. */
final class PostgresMessage {

  private PostgresMessage() {}

  /** The message and the hint, on one line. */
  static String of(SQLException e) {
    ServerErrorMessage server = server(e);
    if (server == null || server.getMessage() == null) {
      return String.valueOf(e.getMessage());
    }
    return server.getMessage() + (server.getHint() == null ? "" : " (" + server.getHint() + ")");
  }

  /** Where in the statement's text, as an offset in code points; -1 where it does not say. */
  static int offset(SQLException e) {
    ServerErrorMessage server = server(e);
    return server == null ? -1 : server.getPosition() - 1;
  }

  private static @Nullable ServerErrorMessage server(SQLException e) {
    return e instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
  }
}
