package io.headrace.sink;

import io.headrace.star.TableName;
import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What an error of the warehouse means: the one place where that is decided (PostgreSQL manual,
 * appendix A, "PostgreSQL Error Codes").
 */
public final class SqlFailure {
  private static final String FOREIGN_KEY_VIOLATION = "23503";

  /** Of a foreign key with RESTRICT, since PostgreSQL 18. */
  private static final String RESTRICT_VIOLATION = "23001";

  private static final String UNIQUE_VIOLATION = "23505";
  private static final String QUERY_CANCELED = "57014";

  /** Connection lost, transaction rolled back by the server, resources short, operator at work. */
  private static final Set<String> PASSING_CLASSES = Set.of("08", "40", "53", "57");

  /** Lock not available; read-only: a standby that is being promoted. */
  private static final Set<String> PASSING = Set.of("55P03", "25006");

  /**
   * Data exceptions; constraints of every kind; what a trigger raises under a SQLSTATE of its
   * author's choice, for which the standard leaves the class 45.
   */
  private static final Set<String> ROW_CLASSES = Set.of("22", "23", "45");

  /** RAISE and ASSERT in a trigger; a value too large for an index or a page. */
  private static final Set<String> ROW = Set.of("P0001", "P0004", "54000");

  /** Database dropped. */
  private static final Set<String> LASTING = Set.of("57P04");

  /**
   * Bad password or no such role, database missing, rights missing, table or column missing, no
   * such type.
   */
  private static final Set<String> SETTINGS =
      Set.of("28000", "28P01", "3D000", "42501", "42P01", "42703", "42704", "42883", "3F000");

  /**
   * PostgreSQL's context of an error in COPY: stage, line, and the stage's column, {@code c1} being
   * the first input.
   */
  private static final Pattern COPY_LINE =
      Pattern.compile("COPY [^,]+, line (\\d+)(?:, column c(\\d+))?");

  /** What tells that a foreign key is broken. */
  static final Set<String> BROKEN_REFERENCE = Set.of(FOREIGN_KEY_VIOLATION, RESTRICT_VIOLATION);

  private final SQLException cause;

  public SqlFailure(SQLException cause) {
    this.cause = cause;
  }

  /** Whether it can pass by itself, so that trying again is right. */
  public boolean passes() {
    String state = state();
    return state.length() == 5
        && !LASTING.contains(state)
        && (PASSING_CLASSES.contains(state.substring(0, 2)) || PASSING.contains(state));
  }

  /** Whether settings, rights or SQL must be changed first. */
  boolean needsOtherSettings() {
    return SETTINGS.contains(state());
  }

  /** Whether a row can be the cause, so that the others can go on without it. */
  boolean ofRow() {
    String state = state();
    return state.length() == 5
        && (ROW_CLASSES.contains(state.substring(0, 2)) || ROW.contains(state));
  }

  /** Whether a lock could not be had in time. */
  public boolean isLockTrouble() {
    return state().equals("55P03") || state().equals("40P01");
  }

  boolean breaksForeignKey() {
    return BROKEN_REFERENCE.contains(state());
  }

  public boolean cancelled() {
    return state().equals(QUERY_CANCELED);
  }

  /** Whether it is about this constraint. */
  boolean concerns(TableName table, String constraint) {
    ServerErrorMessage message = serverMessage();
    return message != null
        && constraint.equals(message.getConstraint())
        && table.schema().equals(message.getSchema())
        && table.table().equals(message.getTable());
  }

  /** PostgreSQL's detail: which key; empty where there is none. */
  String detail() {
    ServerErrorMessage message = serverMessage();
    return message == null || message.getDetail() == null ? "" : message.getDetail();
  }

  /** The line of a COPY at which it happened, from 1; 0 when it is no such error. */
  int copyLine() {
    ServerErrorMessage message = serverMessage();
    if (message == null || message.getWhere() == null) {
      return 0;
    }
    Matcher line = COPY_LINE.matcher(message.getWhere());
    return line.lookingAt() ? Integer.parseInt(line.group(1)) : 0;
  }

  /** The input at which a COPY failed, from 1; 0 when it is not known. */
  int copyInput() {
    ServerErrorMessage message = serverMessage();
    if (message == null || message.getWhere() == null) {
      return 0;
    }
    Matcher line = COPY_LINE.matcher(message.getWhere());
    return line.lookingAt() && line.group(2) != null ? Integer.parseInt(line.group(2)) : 0;
  }

  /** PostgreSQL's message for a person, with the key where it is one; never a whole row. */
  public String sentence() {
    ServerErrorMessage message = serverMessage();
    if (message == null) {
      return String.valueOf(cause.getMessage());
    }
    boolean detailIsKey = breaksForeignKey() || state().equals(UNIQUE_VIOLATION);
    return message.getMessage()
        + (detailIsKey && message.getDetail() != null ? ": " + message.getDetail() : "")
        + " ["
        + state()
        + "]";
  }

  /** The SQLSTATE; empty when there is none. */
  String state() {
    return cause.getSQLState() == null ? "" : cause.getSQLState();
  }

  private @Nullable ServerErrorMessage serverMessage() {
    return cause instanceof PSQLException e ? e.getServerErrorMessage() : null;
  }
}
