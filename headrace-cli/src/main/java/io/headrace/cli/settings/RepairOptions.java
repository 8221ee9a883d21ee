package io.headrace.cli.settings;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code repair} can be told besides {@link Options}. */
public final class RepairOptions {
  @Option(
      names = "--verification",
      paramLabel = "ID",
      description = "Mend what this verification found (default: the last one).")
  @Nullable Long verification;

  @Option(names = "--dry-run", description = "Tell what would be done, and do nothing.")
  boolean dryRun;

  /** The verification; null for the last one. */
  public @Nullable Long verification() {
    return verification;
  }

  /** Whether nothing is to be done. */
  public boolean dryRun() {
    return dryRun;
  }
}
