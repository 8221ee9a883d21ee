package io.headrace.embedded;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What every embedded PostgreSQL is told on its command line. */
final class ServerParameters {
  /** Said explicitly, whatever postgresql.conf says: a commit survives. */
  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("fsync", "on"),
          Map.entry("synchronous_commit", "on"),
          Map.entry("listen_addresses", "127.0.0.1"),
          Map.entry("unix_socket_directories", ""),
          Map.entry("wal_level", "logical"),
          Map.entry("max_replication_slots", "20"),
          Map.entry("max_wal_senders", "20"),
          Map.entry("max_prepared_transactions", "10"),
          Map.entry("max_connections", "100"),
          Map.entry("shared_buffers", "128MB"),
          Map.entry("timezone", "UTC"));

  private ServerParameters() {}

  /** For {@code pg_ctl --options}, which hands it to a shell. */
  static String commandLine(int port, Map<String, String> extra) {
    Map<String, String> all = new TreeMap<>(DEFAULTS);
    all.putAll(extra);
    all.put("port", String.valueOf(port));
    return all.entrySet().stream()
        .map(e -> "-c " + e.getKey() + "='" + e.getValue() + "'")
        .collect(Collectors.joining(" "));
  }
}
