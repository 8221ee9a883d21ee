package io.headrace.verify;

import io.headrace.wire.CopyText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** Reads what COPY … TO STDOUT writes, row by row. */
final class CopyLines {

  private CopyLines() {}

  /** Rows as they come, with the closing newline. */
  static void readBytes(Connection connection, String copy, Consumer<byte[]> lines)
      throws SQLException {
    CopyOut out = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(copy);
    for (byte[] line = out.readFromCopy(); line != null; line = out.readFromCopy()) {
      lines.accept(line);
    }
  }

  /** Rows as their values. */
  static void read(Connection connection, String copy, Consumer<List<@Nullable String>> rows)
      throws SQLException {
    readBytes(
        connection,
        copy,
        line -> rows.accept(CopyText.values(Arrays.copyOf(line, line.length - 1))));
  }
}
