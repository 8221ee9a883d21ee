package io.headrace.capture;

import io.headrace.wire.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/**
 * What the capture owns in the source, named after the topics' prefix.
 *
 * @param slot the replication slot and the publication; PostgreSQL allows a slot lower case
 *     letters, digits and _, 63 of them
 * @param lock the key of the advisory lock that the one capture at work holds
 */
record SourceNames(String slot, long lock) {

  private static final int LONGEST = 63;

  static SourceNames of(Topics topics) {
    String name =
        "headrace_" + topics.prefix().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
    return new SourceNames(
        name.length() > LONGEST ? name.substring(0, LONGEST) : name,
        hash("headrace capture " + topics.prefix()));
  }

  String publication() {
    return slot;
  }

  private static long hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
