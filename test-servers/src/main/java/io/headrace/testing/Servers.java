package io.headrace.testing;

/** One way to run the servers. */
interface Servers {

  /** The maintenance database of a new server. */
  TestDatabase startPostgres();

  /** Bootstrap servers of a new broker. */
  String startKafka();

  /** Ends whatever was started. */
  void stop();
}
