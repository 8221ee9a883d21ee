package io.headrace.wire;

import io.headrace.star.TableName;
import java.util.List;
import java.util.Map;

/**
 * What an epoch says about rows that were read from the source once more.
 *
 * @param recaptured the ids of the requests whose rows are all there by the end of this epoch
 * @param refused why a request was refused, by its id
 * @param resyncs the tables that are being captured again, the first of them at work and the others
 *     waiting; a part of the capture's position
 * @param ended those that have ended lately, the oldest first
 */
public record Rereads(
    List<String> recaptured,
    Map<String, String> refused,
    List<Resync> resyncs,
    List<Resync.Ended> ended) {

  /** Nothing was asked for. */
  public static final Rereads NONE = new Rereads(List.of(), Map.of(), List.of(), List.of());

  public Rereads {
    recaptured = List.copyOf(recaptured);
    refused = Map.copyOf(refused);
    resyncs = List.copyOf(resyncs);
    ended = List.copyOf(ended);
  }

  /** The tables whose topics are not complete yet. */
  public List<TableName> loading() {
    return resyncs.stream().filter(Resync::loading).map(Resync::table).toList();
  }
}
