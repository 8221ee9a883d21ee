package io.headrace.capture;

/** Reads rows from the source, apart from the stream, one reading at a time. */
interface RowReader {

  /** Begins to read; what was read before is given up. */
  void begin(Reading reading);
}
