package io.headrace.cli.settings;

/** Which servers a command needs to be told of, because it starts none. */
public enum Use {
  /** Starts what it is not told. */
  UP(false, false, false),
  CAPTURE(true, false, true),
  /** Reads the source's catalog, to understand the star. */
  TRANSFORM(true, false, true),
  SINK(true, true, true),
  /** Needs no star, only marts. */
  REFRESH(false, false, false),
  /** Looks at a pipeline, or asks it for something; without servers, at the one of {@code up}. */
  RUNNING(false, false, false);

  final boolean needsSource;
  final boolean needsWarehouse;
  final boolean needsKafka;

  Use(boolean needsSource, boolean needsWarehouse, boolean needsKafka) {
    this.needsSource = needsSource;
    this.needsWarehouse = needsWarehouse;
    this.needsKafka = needsKafka;
  }
}
