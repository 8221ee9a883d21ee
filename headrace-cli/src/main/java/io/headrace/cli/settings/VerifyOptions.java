package io.headrace.cli.settings;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What {@code verify} can be told besides {@link Options}; turned into settings by {@link
 * VerifyReader}.
 */
public final class VerifyOptions {
  @Option(
      names = "--table",
      paramLabel = "T",
      split = ",",
      description = "Compare this table of the star only; can be given several times.")
  List<String> tables = new ArrayList<>();

  @Option(
      names = "--where",
      paramLabel = "SQL",
      description = "Compare only rows for which this holds, over the star table's columns.")
  @Nullable String where;

  @Option(
      names = "--sample",
      paramLabel = "P",
      description = "Compare P percent of the rows, chosen by a hash of their keys.")
  @Nullable String sample;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "With --sample: choose the rows as a run that printed this seed.")
  @Nullable String seed;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Read at most N rows of the source a second (default: as fast as it goes).")
  @Nullable String rate;

  @Option(
      names = "--hold",
      paramLabel = "SECONDS",
      description = "Hold a snapshot for so long at most, then take new ones (default: 300).")
  @Nullable String hold;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      description = "How long the warehouse may take to catch up (default: 60).")
  @Nullable String patience;

  @Option(
      names = "--read-from",
      paramLabel = "URL",
      description = "Read this replica instead of the source, with the source's password.")
  @Nullable String readFrom;

  @Option(
      names = "--differences",
      paramLabel = "N",
      description = "Show N differences (default: 20).")
  @Nullable String differences;

  @Option(names = "--keys-only", description = "Show no values, only keys and kinds.")
  boolean keysOnly;

  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  boolean json;
}
