package io.headrace.cli.workload;

/** What a workload does to a source. */
public enum ChangeKind {
  /** One new row, at times under the key of a row that was deleted. */
  INSERT,
  /** Many rows with one INSERT. */
  BULK_INSERT,
  /** Many rows with COPY. */
  COPY,
  /** New values in some columns. */
  UPDATE,
  /** An UPDATE that changes nothing. */
  TOUCH,
  /** A 100 kB value. */
  LARGE_VALUE,
  /** Another parent, or none. */
  MOVE,
  /** Another primary key. */
  REKEY,
  /** A row taken out, with what refers to it taken out, moved or set free. */
  DELETE,
  /** TRUNCATE … CASCADE. */
  TRUNCATE,
  /** A transaction that came to nothing. */
  ROLLBACK,
  /** Part of a transaction that came to nothing. */
  SAVEPOINT
}
