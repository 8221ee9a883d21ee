package io.headrace.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Reads pgoutput's messages front to back: integers in network order, texts that end with NUL. */
final class PgOutput {

  private final byte[] bytes;
  private int at;

  PgOutput(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The whole buffer, of which the message is a part. */
  byte[] bytes() {
    return bytes;
  }

  int at() {
    return at;
  }

  void at(int position) {
    at = position;
  }

  byte int8() {
    return bytes[at++];
  }

  int int16() {
    at += Short.BYTES;
    return bytes[at - 2] << 8 | bytes[at - 1] & 0xff;
  }

  int int32() {
    at += Integer.BYTES;
    return bytes[at - 4] << 24
        | (bytes[at - 3] & 0xff) << 16
        | (bytes[at - 2] & 0xff) << 8
        | bytes[at - 1] & 0xff;
  }

  long int64() {
    long high = int32();
    return high << 32 | int32() & 0xffffffffL;
  }

  String text() {
    int from = at;
    while (bytes[at] != 0) {
      at++;
    }
    return new String(bytes, from, at++ - from, UTF_8);
  }
}
