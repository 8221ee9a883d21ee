package io.headrace.capture;

import org.jspecify.annotations.Nullable;

/** Where records of the present epoch go. */
interface RowWriter {

  /**
   * Sends a record, into the partition of its key.
   *
   * @param again whether its facts are to be sent even if they have not changed
   */
  void send(String topic, byte[] key, byte @Nullable [] value, boolean again);
}
