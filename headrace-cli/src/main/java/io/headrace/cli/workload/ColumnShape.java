package io.headrace.cli.workload;

import java.util.List;

/**
 * A column that a workload may write; generated columns are none.
 *
 * @param name the column's name
 * @param type its type
 * @param nullable whether NULL may be written
 * @param fixed whether it can be written by INSERT only (GENERATED ALWAYS AS IDENTITY)
 * @param samples where a CHECK decides what may be written: values that it let pass; else empty
 */
record ColumnShape(
    String name, TypeShape type, boolean nullable, boolean fixed, List<String> samples) {
  ColumnShape {
    samples = List.copyOf(samples);
  }
}
