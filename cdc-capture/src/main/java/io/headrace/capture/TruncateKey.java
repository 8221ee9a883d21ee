package io.headrace.capture;

import java.util.List;

/**
 * The key of a TRUNCATE: the primary key's columns, all null, because a compacted topic takes no
 * record without a key.
 */
final class TruncateKey {

  private TruncateKey() {}

  static byte[] of(List<String> keyColumns) {
    JsonBuffer json = new JsonBuffer();
    for (int i = 0; i < keyColumns.size(); i++) {
      json.raw(i == 0 ? '{' : ',');
      json.raw(JsonNames.of(keyColumns.get(i)));
      json.nul();
    }
    json.raw('}');
    return json.copy();
  }
}
