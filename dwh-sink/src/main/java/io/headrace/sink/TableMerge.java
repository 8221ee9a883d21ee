package io.headrace.sink;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * One star table's part of the merges of a session.
 *
 * @param target the star table
 * @param table its position in the star
 * @param few the way for few rows
 * @param many the way for many
 * @param alone the way for rows of which some are refused
 */
record TableMerge(Target target, int table, FewRows few, ManyRows many, TableIsolation alone) {

  /** Prepares all ways. To be followed by a commit. */
  static TableMerge prepare(Connection connection, Target target, int table) throws SQLException {
    ManyRows many = new ManyRows(connection, target, "pg_temp.stage_" + table);
    return new TableMerge(
        target,
        table,
        new FewRows(connection, target),
        many,
        new TableIsolation(connection, target, many));
  }
}
