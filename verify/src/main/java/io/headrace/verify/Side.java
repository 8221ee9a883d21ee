package io.headrace.verify;

import io.headrace.stage.StageException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A star table in one of the two databases.
 *
 * @param name what messages call the database
 */
record Side(String name, Connection connection, Relation relation, Row.Layout layout) {

  /**
   * The next rows after a place, as many as memory allows.
   *
   * @param after where the page before ended, or null to begin
   * @param rows at most so many
   */
  Page page(@Nullable RowKey after, Filter filter, int rows) throws SQLException {
    Page page = new Page(rows);
    read(relation.page(after == null ? null : after.values(), filter, rows), page::add);
    return page;
  }

  /**
   * The rows of certain keys, one by one and in any order; inside says whether the filter would.
   */
  void rowsOf(Collection<RowKey> keys, Filter filter, Consumer<Row> rows) throws SQLException {
    if (!keys.isEmpty()) {
      read(relation.rowsOf(keys.stream().map(RowKey::values).toList(), filter), rows);
    }
  }

  /** How many rows the filter takes. */
  long count(Filter filter) throws SQLException {
    Session.asPlanned(connection);
    try (Statement statement = connection.createStatement()) {
      // The user's condition may hold braces, which JDBC would take for its own.
      statement.setEscapeProcessing(false);
      try (ResultSet row = statement.executeQuery(relation.count(filter))) {
        row.next();
        long count = row.getLong(1);
        Session.byKey(connection);
        return count;
      }
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  private void read(String copy, Consumer<Row> rows) throws SQLException {
    try {
      CopyLines.readBytes(connection, copy, line -> rows.accept(layout.read(line)));
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  /** What is wrong with the user's condition, or with the rights, must not look like a bug. */
  private SQLException refused(SQLException e) {
    String state = e.getSQLState();
    if (state != null && (state.startsWith("42") || state.startsWith("22"))) {
      throw new StageException(
          StageException.Kind.SETTINGS, "The " + name + " refuses to read: " + e.getMessage(), e);
    }
    return e;
  }
}
