package io.headrace.cli.settings;

/** What holds where nothing is said. */
public final class Defaults {
  /** TCP ports on 127.0.0.1 of the embedded servers. */
  public static final int SOURCE_PORT = 5433;

  public static final int WAREHOUSE_PORT = 5434;
  public static final int KAFKA_PORT = 9092;

  /** Where the stages serve health and metrics. */
  public static final String HTTP_ADDRESS = "127.0.0.1";

  public static final int CAPTURE_HTTP_PORT = 4201;
  public static final int TRANSFORM_HTTP_PORT = 4202;
  public static final int SINK_HTTP_PORT = 4203;

  static final int CONSOLE_PORT = 4200;
  static final String CONSOLE_ADDRESS = "127.0.0.1";

  public static final String PREFIX = "headrace";

  /** Enough to share the work between three machines; few enough to cost nothing on one. */
  public static final int PARTITIONS = 3;

  /** On two cores a second thread only gets in the way of the databases. */
  public static final int THREADS = 1;

  /** The brokers decide. */
  public static final short REPLICATION_FACTOR = -1;

  /** Enough for some bad rows; few enough to notice when all of them are. */
  public static final int DEAD_LETTER_LIMIT = 100;

  static final String DATA = ".headrace";
  static final String SQL = "sql";

  private Defaults() {}
}
