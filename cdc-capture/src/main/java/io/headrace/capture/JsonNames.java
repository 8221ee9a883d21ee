package io.headrace.capture;

import java.util.List;

/** Names of JSON fields, ready to be appended: quoted and with the colon. */
final class JsonNames {

  private JsonNames() {}

  static byte[][] of(List<String> names) {
    return names.stream().map(JsonNames::of).toArray(byte[][]::new);
  }

  static byte[] of(String name) {
    JsonBuffer json = new JsonBuffer();
    json.string(name);
    json.raw(':');
    return json.copy();
  }
}
