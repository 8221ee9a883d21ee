package io.headrace.cli.settings;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Another warehouse than the one that the stages feed. */
public final class IntoOptions {
  @Option(
      names = "--into",
      paramLabel = "URL",
      description = "Fill this empty warehouse instead, and leave the live one alone.")
  @Nullable String into;

  @Option(
      names = "--into-password-file",
      paramLabel = "FILE",
      description = "File with the password of its role; or set HEADRACE_INTO_PASSWORD.")
  @Nullable String intoPasswordFile;
}
