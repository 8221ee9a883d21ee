package io.headrace.cli.workload;

/**
 * A column that a workload may write; generated columns are none.
 *
 * @param name the column's name
 * @param type its type
 * @param nullable whether NULL may be written
 * @param fixed whether it can be written by INSERT only (GENERATED ALWAYS AS IDENTITY)
 */
record ColumnShape(String name, TypeShape type, boolean nullable, boolean fixed) {}
