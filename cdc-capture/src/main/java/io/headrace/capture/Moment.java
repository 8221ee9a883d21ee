package io.headrace.capture;

/** A place in the work where a test may let the process die. */
enum Moment {
  /** Some records of a source transaction have been sent. */
  IN_TRANSACTION,
  /** All records of an epoch have been sent; nothing is committed. */
  BEFORE_COMMIT,
  /** The epoch is committed to Kafka; the slot does not know. */
  AFTER_COMMIT,
  /** The slot is made; no row has been read. */
  SLOT_CREATED,
  /** A part of the snapshot is committed to Kafka. */
  IN_SNAPSHOT,
  /** Rows are being read again: the low watermark has come back. */
  REREAD_BEGUN,
  /** Rows of a table that is captured again have been sent; nothing is committed. */
  RESYNC_ROWS_SENT,
  /** What the table does not have any more has been sent; nothing is committed. */
  RESYNC_GHOSTS_SENT
}
