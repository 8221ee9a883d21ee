package io.headrace.wire;

import java.util.List;
import java.util.Map;

/**
 * What an epoch says about rows that were read from the source once more.
 *
 * @param recaptured the ids of the requests whose rows are all there by the end of this epoch
 * @param refused why a request was refused, by its id
 */
public record Rereads(List<String> recaptured, Map<String, String> refused) {

  /** Nothing was asked for. */
  public static final Rereads NONE = new Rereads(List.of(), Map.of());

  public Rereads {
    recaptured = List.copyOf(recaptured);
    refused = Map.copyOf(refused);
  }
}
