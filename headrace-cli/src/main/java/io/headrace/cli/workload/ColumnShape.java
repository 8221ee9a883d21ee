package io.headrace.cli.workload;

/**
 * A column that a workload may write; generated columns are none.
 *
 * @param name the column's name
 * @param type its type
 * @param nullable whether NULL may be written
 */
record ColumnShape(String name, TypeShape type, boolean nullable) {}
