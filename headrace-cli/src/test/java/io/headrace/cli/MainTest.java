package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.cli.settings.Environment;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path home;

  @Test
  void withoutACommandItExplainsAndFails() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("Usage: headrace", "Begin with:  headrace up");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up",
        "capture",
        "transform",
        "sink",
        "refresh",
        "runs",
        "status",
        "verify",
        "repair",
        "resync",
        "pause",
        "resume",
        "console"
      })
  void everyCommandHasHelpWithExamples(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString())
        .startsWith("Usage: headrace " + command)
        .contains("--source=URL", "--workload=N", "Examples:", "headrace " + command);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void deadLettersExplainThemselves() {
    assertThat(run("dead-letters")).isEqualTo(2);
    assertThat(err.toString()).contains("list", "show", "retry", "discard", "Examples:");
    assertThat(run("dead-letters", "retry")).isEqualTo(2);
    assertThat(err.toString()).contains("Either name letters by their IDs or say --all.");
    assertThat(run("dead-letters", "list", "--wrong")).isEqualTo(2);
    assertThat(err.toString()).contains("--wrong");
  }

  @Test
  void theStarOfThePastNeedsAMomentAndAName() {
    assertThat(run("replay", "--kafka", "k:1", "--until", "2026-01-31T09:00:00Z")).isEqualTo(2);
    assertThat(err.toString()).contains("--until and --as go together");
  }

  @Test
  void anUnknownCommandIsAnErrorThatSuggestsTheRightOne() {
    assertThat(run("snk")).isEqualTo(2);
    assertThat(err.toString()).contains("snk", "headrace sink");
  }

  @Test
  void noFileIsReadForArguments() throws IOException {
    Path file = Files.writeString(home.resolve("arguments"), "--version secret");
    assertThat(run("runs", "@" + file)).isEqualTo(2);
    assertThat(err.toString()).contains("@" + file).doesNotContain("secret");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    assertThat(run("sink", "--kafak", "k:1", "--threads", "none", "--sql", home.toString()))
        .isEqualTo(2);
    assertThat(err.toString().lines())
        .hasSize(7)
        .anyMatch(
            line -> line.startsWith("Unknown options: '--kafak', 'k:1'; did you mean --kafka"))
        .anyMatch(
            line -> line.startsWith("--source postgresql://user@host:port/database is needed"))
        .anyMatch(line -> line.startsWith("--threads must be a number"))
        .anyMatch(line -> line.startsWith("--sql must be a folder"))
        .endsWith("See: headrace sink --help");
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void anOptionWithoutItsValueIsAnError() {
    assertThat(run("up", "--partitions")).isEqualTo(2);
    assertThat(err.toString()).contains("--partitions", "See: headrace up --help");
  }

  @Test
  void aServerThatIsAwayIsAFailure() {
    assertThat(
            run(
                "refresh",
                "--warehouse",
                "postgresql://nobody@127.0.0.1:1/none",
                "--data",
                home.toString()))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("postgresql://nobody@127.0.0.1:1/none")
        .doesNotContain("Exception");
  }

  @Test
  void whatCannotBeVerifiedIsNeitherEqualNorDifferent() {
    assertThat(
            run(
                "verify",
                "--warehouse",
                "postgresql://nobody@127.0.0.1:1/none",
                "--sql",
                Path.of("../sql").toString(),
                "--data",
                home.toString()))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains("postgresql://nobody@127.0.0.1:1/none")
        .doesNotContain("Exception");
  }

  @Test
  void allThatIsWrongWithAVerificationIsSaidAtOnce() {
    assertThat(
            run(
                "verify",
                "--sample",
                "200",
                "--rate",
                "fast",
                "--threads",
                "0",
                "--seed",
                "x",
                "--read-from",
                "replica",
                "--sql",
                home.toString()))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "--sample must be",
            "--rate must be",
            "--threads must be",
            "--seed must be",
            "--read-from must",
            "--sql must be");
  }

  /** The services share their settings, and a variable that a command refuses stops it. */
  @ParameterizedTest
  @ValueSource(strings = {"capture", "transform", "sink", "console"})
  void aCommandTakesTheEnvironmentOfTheComposeFile(String command) throws IOException {
    Map<String, String> variables = new HashMap<>();
    for (Matcher variable =
            Pattern.compile("(HEADRACE_[A-Z_]+): \"?([^\"\\n]+)")
                .matcher(Files.readString(Path.of("../docker-compose.yml")));
        variable.find(); ) {
      variables.put(variable.group(1), variable.group(2));
    }
    assertThat(variables).containsKeys("HEADRACE_SOURCE", "HEADRACE_HTTP_ADDRESS");
    variables.put("HEADRACE_HTTP_ADRES", "0.0.0.0"); // so that it ends with what is wrong

    assertThat(run(variables, command)).isEqualTo(2);
    assertThat(err.toString())
        .containsOnlyOnce("is unknown")
        .contains("HEADRACE_HTTP_ADRES is unknown; did you mean HEADRACE_HTTP_ADDRESS?");
  }

  private int run(String... arguments) {
    return run(Map.of(), arguments);
  }

  private int run(Map<String, String> variables, String... arguments) {
    Context context =
        new Context(
            new Environment(variables),
            home,
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            new Stop());
    return Main.run(arguments, context);
  }
}
