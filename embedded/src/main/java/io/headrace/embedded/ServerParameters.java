package io.headrace.embedded;

import java.util.Map;

/** What every embedded PostgreSQL is told on its command line. */
final class ServerParameters {
  /** The library turns {@code fsync} and {@code synchronous_commit} off; here a commit must survive. */
  static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("fsync", "on"),
          Map.entry("synchronous_commit", "on"),
          Map.entry("listen_addresses", "127.0.0.1"),
          Map.entry("unix_socket_directories", "''"),
          Map.entry("wal_level", "logical"),
          Map.entry("max_replication_slots", "20"),
          Map.entry("max_wal_senders", "20"),
          Map.entry("max_prepared_transactions", "10"),
          Map.entry("max_connections", "100"),
          Map.entry("shared_buffers", "128MB"),
          Map.entry("timezone", "UTC"));

  private ServerParameters() {}
}
