package io.headrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class BenchTest {

  private final StringWriter out = new StringWriter();
  private final CommandLine bench =
      Bench.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));

  @Test
  void helpSaysWhatIsMeasured() {
    assertThat(bench.execute("--help")).isZero();
    assertThat(out.toString()).contains("--lessons", "--json", "drain:");
  }

  @Test
  void allProblemsAreToldAtOnce() {
    assertThat(bench.execute("--lessons", "7", "--rate", "0", "--sql", "nowhere")).isEqualTo(2);
    assertThat(out.toString())
        .contains(
            "--lessons must be at least 2000 but was 7",
            "--rate must be at least 1 but was 0",
            "--sql must be a folder that holds star/ but was nowhere");
  }

  @Test
  void anUnknownOptionSuggestsTheRightOne() {
    assertThat(bench.execute("--lesson", "7")).isEqualTo(2);
    assertThat(out.toString()).contains("'--lesson'", "--lessons");
  }

  @Test
  void theBareEngineCanBeLeftOut() {
    assertThat(options("--no-bare").bare).isFalse();
    assertThat(options().bare).isTrue();
  }

  private static Options options(String... arguments) {
    Options options = new Options();
    new CommandLine(options).parseArgs(arguments);
    return options;
  }
}
