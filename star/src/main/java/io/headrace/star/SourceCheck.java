package io.headrace.star;

import java.sql.SQLException;

/**
 * Lets the source itself read a SELECT: what our parser takes for granted, PostgreSQL may still
 * refuse.
 *
 * <p>A role that may not read the tables is no fault of the SELECT: the transform and the sink need
 * not read them, and the capture asks for that right together with all others that it lacks.
 */
final class SourceCheck {

  private static final String EXPLAIN = "EXPLAIN ";
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  private SourceCheck() {}

  static void check(BoundSelect select, Probe source, Problems problems) throws SQLException {
    StarFile file = select.file();
    SQLException refusal = source.refusal(EXPLAIN + file.text());
    if (refusal == null || unreadable(select, refusal)) {
      return;
    }
    int codePoint = PostgresMessage.offset(refusal) - EXPLAIN.length();
    int offset = select.parsed().selectList().begin();
    if (codePoint >= 0 && codePoint <= file.text().codePointCount(0, file.text().length())) {
      offset = file.text().offsetByCodePoints(0, codePoint);
    }
    problems.add(
        file,
        offset,
        "a SELECT that the source refuses: " + PostgresMessage.of(refusal),
        "it must run in the source as it stands here");
  }

  private static boolean unreadable(BoundSelect select, SQLException refusal) {
    return INSUFFICIENT_PRIVILEGE.equals(refusal.getSQLState())
        && !select.tables().stream().allMatch(table -> table.table().readable());
  }
}
