package io.headrace.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.headrace.console.ConsoleSettings;
import io.headrace.stage.Database;
import io.headrace.wire.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReaderTest {
  private static final String SHAPE = ", as in postgresql://user@host:port/database, but was ";

  @TempDir Path home;

  @BeforeEach
  void star() throws IOException {
    Files.createDirectories(home.resolve("sql/star"));
  }

  @Test
  void defaults() {
    assertThat(settings(Use.UP, Map.of()))
        .isEqualTo(
            new Settings(
                null,
                null,
                null,
                5433,
                5434,
                9092,
                home.resolve(".headrace"),
                home.resolve("sql"),
                new Topics("headrace"),
                3,
                (short) -1,
                1,
                100,
                false,
                false,
                0,
                ConsoleSettings.loopback(4200),
                new LogSettings(false, LogSettings.Format.TEXT)));
  }

  @Test
  void everyOption() throws IOException {
    Path star = Files.createDirectories(home.resolve("other/star")).getParent();
    Path secret = Files.writeString(home.resolve("secret"), "from file\n");
    Settings settings =
        settings(
            Use.UP,
            Map.of(Environment.WAREHOUSE_PASSWORD, "from environment"),
            "--source=postgresql://app@db:5555/shop",
            "--source-password-file=" + secret,
            "--warehouse=postgresql://dwh@wh/facts",
            "--kafka=one:9092,two:9093",
            "--data=" + home.resolve("d"),
            "--sql=" + star,
            "--prefix=shop",
            "--partitions=8",
            "--replication-factor=2",
            "--threads=4",
            "--dead-letter-limit=0",
            "--resnapshot",
            "--refill",
            "--workload=500",
            "--verbose",
            "--log-format=json");
    assertThat(settings)
        .isEqualTo(
            new Settings(
                new Database("db", 5555, "shop", "app", "from file"),
                new Database("wh", 5432, "facts", "dwh", "from environment"),
                "one:9092,two:9093",
                5433,
                5434,
                9092,
                home.resolve("d"),
                star,
                new Topics("shop"),
                8,
                (short) 2,
                4,
                0,
                true,
                true,
                500,
                ConsoleSettings.loopback(4200),
                new LogSettings(true, LogSettings.Format.JSON)));
  }

  @Test
  void everyVariable() {
    Settings settings =
        settings(
            Use.UP,
            Map.ofEntries(
                Map.entry("HEADRACE_SOURCE", "postgresql://app@db:5555/shop"),
                Map.entry("HEADRACE_SOURCE_PASSWORD", "s"),
                Map.entry("HEADRACE_WAREHOUSE_PORT", "1"),
                Map.entry("HEADRACE_KAFKA_PORT", "2"),
                Map.entry("HEADRACE_DATA", home.resolve("d").toString()),
                Map.entry("HEADRACE_SQL", home.resolve("sql").toString()),
                Map.entry("HEADRACE_PREFIX", "p"),
                Map.entry("HEADRACE_PARTITIONS", "4"),
                Map.entry("HEADRACE_REPLICATION_FACTOR", "3"),
                Map.entry("HEADRACE_THREADS", "2"),
                Map.entry("HEADRACE_DEAD_LETTER_LIMIT", "5"),
                Map.entry("HEADRACE_RESNAPSHOT", "true"),
                Map.entry("HEADRACE_REFILL", "true"),
                Map.entry("HEADRACE_WORKLOAD", "7"),
                Map.entry("HEADRACE_VERBOSE", "true"),
                Map.entry("HEADRACE_JAVA_OPTS", "-Xmx1g"),
                Map.entry("HEADRACE_BENCH_ANYTHING", "not ours")));
    assertThat(settings)
        .isEqualTo(
            new Settings(
                new Database("db", 5555, "shop", "app", "s"),
                null,
                null,
                5433,
                1,
                2,
                home.resolve("d"),
                home.resolve("sql"),
                new Topics("p"),
                4,
                (short) 3,
                2,
                5,
                true,
                true,
                7,
                ConsoleSettings.loopback(4200),
                new LogSettings(true, LogSettings.Format.TEXT)));
  }

  @Test
  void theCommandLineWinsOverTheEnvironment() {
    assertThat(settings(Use.UP, Map.of("HEADRACE_PARTITIONS", "4"), "--partitions=5").partitions())
        .isEqualTo(5);
  }

  @Test
  void anEmptyVariableIsNotSet() {
    assertThat(settings(Use.UP, Map.of("HEADRACE_PARTITIONS", "")).partitions()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "--source-port,0,1,65535",
    "--source-port,x,1,65535",
    "--warehouse-port,65536,1,65535",
    "--kafka-port,-1,1,65535",
    "--partitions,0,1,1000",
    "--partitions,1001,1,1000",
    "--replication-factor,0,1,32767",
    "--threads,0,1,64",
    "--workload,0,1,100000",
    "--workload,many,1,100000",
  })
  void numbersHaveBounds(String option, String value, int least, int most) {
    assertThat(problems(Use.UP, Map.of(), option + "=" + value))
        .containsExactly(
            option + " must be a number from " + least + " to " + most + " but was " + value + ".");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mysql://app@db/shop|must begin with postgresql://",
        "postgresql://db/shop|must name a user before the host",
        "postgresql://app@db|must name one database after the host",
        "postgresql://app@db/|must name one database after the host",
        "postgresql://app@db/a/b|must name one database after the host",
        "postgresql://app@db/shop?ssl=true|must have no parameters after the database",
        "postgresql://app@/shop|must name a host, letters, digits, - and .",
      })
  void urlsHaveAShape(String url, String rule) {
    assertThat(problems(Use.UP, Map.of(), "--source=" + url))
        .containsExactly("--source " + rule + SHAPE + url.replace("ssl=true", "…") + ".");
  }

  @Test
  void aPasswordInAWrongUrlIsNotShown() {
    assertThat(problems(Use.UP, Map.of(), "--source=postgresql://app:s3:cr@t@db/a/b"))
        .singleElement()
        .asString()
        .contains("postgresql://app:…@db/a/b")
        .doesNotContain("s3")
        .doesNotContain("cr@t");
  }

  @Test
  void passwordsAreGivenOnce() throws IOException {
    Path secret = Files.writeString(home.resolve("secret"), "x");
    assertThat(
            problems(
                Use.UP,
                Map.of("HEADRACE_SOURCE_PASSWORD", "s"),
                "--source=postgresql://app:p@db/shop",
                "--source-password-file=" + secret))
        .containsExactly(
            "Both HEADRACE_SOURCE_PASSWORD and --source-password-file are set: give one.",
            "The password of --source is given twice: leave it out of the URL.");
  }

  @Test
  void aPasswordFileMustBeReadable() {
    assertThat(problems(Use.UP, Map.of(), "--source-password-file=" + home.resolve("none")))
        .singleElement()
        .asString()
        .startsWith("--source-password-file cannot be read: java.nio.file.NoSuchFileException");
  }

  @ParameterizedTest
  @CsvSource({"kafka", "kafka:", "kafka:9092;", "'a:1, b:2'", "http://kafka:9092/"})
  void brokersHaveAShape(String servers) {
    assertThat(problems(Use.UP, Map.of(), "--kafka=" + servers))
        .containsExactly(
            "--kafka must be host:port, several between commas, but was " + servers + ".");
  }

  @Test
  void aServerIsEitherEmbeddedOrNot() {
    assertThat(problems(Use.UP, Map.of(), "--kafka=k:1", "--kafka-port=2"))
        .containsExactly(
            "--kafka-port moves the embedded server, but --kafka puts another in its place: give"
                + " one of the two.");
  }

  @Test
  void portsDiffer() {
    assertThat(problems(Use.UP, Map.of(), "--source-port=7000", "--kafka-port=7000"))
        .containsExactly("--source-port and --kafka-port must differ but both are 7000.");
  }

  @Test
  void aPrefixIsFitForTopics() {
    assertThat(problems(Use.UP, Map.of(), "--prefix=a.b"))
        .containsExactly("--prefix must consist of letters, digits, _ and - but was \"a.b\".");
  }

  @Test
  void theSqlFolderHasAStar() {
    assertThat(problems(Use.UP, Map.of(), "--sql=" + home))
        .containsExactly(
            "--sql must be a folder with a folder star in it, but there is no "
                + home.resolve("star")
                + ".");
  }

  @Test
  void stagesStartNoServers() {
    String end = " is needed (or HEADRACE_%s): this command starts no server of its own.";
    assertThat(problems(Use.SINK, Map.of()))
        .containsExactly(
            "--source postgresql://user@host:port/database" + end.formatted("SOURCE"),
            "--warehouse postgresql://user@host:port/database" + end.formatted("WAREHOUSE"),
            "--kafka host:port" + end.formatted("KAFKA"));
    assertThat(problems(Use.CAPTURE, Map.of())).hasSize(2);
    assertThat(problems(Use.TRANSFORM, Map.of())).hasSize(2);
    assertThat(settings(Use.REFRESH, Map.of()).warehouse()).isNull();
  }

  @Test
  void whatIsUnknownIsSaidWithTheRestAndTheRightOneIsSuggested() {
    assertThat(
            problems(
                Use.UP,
                Map.of("HEADRACE_PARTITION", "1", "HEADRACE_XYZ_UNHEARD_OF", "1"),
                "--partitoins=3",
                "--threads=0"))
        .containsExactly(
            "Unknown option: '--partitoins=3'; did you mean --partitions?",
            "The environment variable HEADRACE_PARTITION is unknown; did you mean"
                + " HEADRACE_PARTITIONS?",
            "The environment variable HEADRACE_XYZ_UNHEARD_OF is unknown.",
            "--threads must be a number from 1 to 64 but was 0.");
  }

  private Settings settings(Use use, Map<String, String> variables, String... arguments) {
    return Parsed.settings(use, home, variables, arguments);
  }

  private List<String> problems(Use use, Map<String, String> variables, String... arguments) {
    SettingsException refused =
        catchThrowableOfType(SettingsException.class, () -> settings(use, variables, arguments));
    assertThat(refused).isNotNull();
    return refused.problems();
  }
}
