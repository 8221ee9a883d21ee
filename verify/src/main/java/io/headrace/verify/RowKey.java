package io.headrace.verify;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.headrace.wire.CopyText;
import java.util.List;

/**
 * A row's key.
 *
 * @param text COPY text, which is equal where the values are; each byte a character, because that
 *     is what a String keeps in least room
 */
record RowKey(String text) {

  static RowKey of(List<String> values) {
    return new RowKey(new String(CopyText.row(List.copyOf(values)), ISO_8859_1));
  }

  /** The key's values, none of them null. */
  List<String> values() {
    return CopyText.values(text.getBytes(ISO_8859_1)).stream().map(String::valueOf).toList();
  }
}
