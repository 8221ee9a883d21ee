package io.headrace.sink.mart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.stage.StageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MartFilesTest {
  @TempDir Path sql;

  @BeforeEach
  void folder() throws IOException {
    Files.createDirectory(sql.resolve("mart"));
  }

  @Test
  void readsWhatIsNeededAndKnowsTheRest() throws IOException {
    write("m.sql", "SELECT 1 AS id;");
    write("m.properties", "schedule = 0 9 * * *\nzone = Europe/Berlin\nunique-key = id");
    MartFile mart = only();
    assertThat(mart.name()).isEqualTo("m");
    assertThat(mart.key()).containsExactly("id");
    assertThat(mart.rules())
        .isEqualTo(
            new MartRules(
                new MartSchedule("0 9 * * *", ZoneId.of("Europe/Berlin")),
                ZoneId.of("Europe/Berlin"),
                CutOff.TRIGGER,
                Duration.ofHours(1),
                false,
                Duration.ofHours(1),
                3));
  }

  @Test
  void readsEveryKey() throws IOException {
    write("m.sql", "SELECT 1 AS id, 2 AS \"No\"");
    write(
        "m.properties",
        """
        schedule = 0 0 * * *
        zone = UTC
        unique-key = id, No
        cut-off = previous midnight
        wait = 90s
        late = incomplete
        timeout = 15m
        retries = 0
        """);
    MartFile mart = only();
    assertThat(mart.keyColumns()).isEqualTo("\"id\", \"No\"");
    assertThat(mart.rules())
        .isEqualTo(
            new MartRules(
                new MartSchedule("0 0 * * *", ZoneId.of("UTC")),
                ZoneId.of("UTC"),
                CutOff.PREVIOUS_MIDNIGHT,
                Duration.ofSeconds(90),
                true,
                Duration.ofMinutes(15),
                0));
  }

  @Test
  void tellsAllThatIsWrongAtOnce() throws IOException {
    write("a.sql", "SELECT 1 AS id");
    write(
        "a.properties",
        """
        shedule = 0 9 * * *
        schedule = 61 9 * * *
        zone = Europe/Berlni
        unique-key = id,
        cut-off = midnight
        wait = 5
        late = maybe
        timeout = 0s
        timeout = 1s
        retries = many
        """);
    write("b.sql", "SELECT 1 AS id");
    write("c.properties", "");
    write("d.sql", "");
    write("d.properties", "schedule = 61 9 * * *\nzone = UTC\nunique-key = id");
    assertThatThrownBy(() -> MartFiles.read(sql))
        .isInstanceOf(StageException.class)
        .hasMessageContaining("a.properties: there is no shedule; did you mean schedule?")
        .hasMessageContaining(
            "a.properties: zone must be an IANA time zone such as Europe/Berlin but was Europe/Berlni; did you mean Europe/Berlin?")
        .hasMessageContaining(
            "a.properties: unique-key must be columns of the mart between commas but was \"id,\"")
        .hasMessageContaining(
            "a.properties: cut-off must be trigger or previous midnight but was midnight")
        .hasMessageContaining(
            "a.properties: wait must be a number of s, m or h above zero, such as 90s, 15m or 1h, but was 5")
        .hasMessageContaining("a.properties: late must be fail or incomplete but was maybe")
        .hasMessageContaining("a.properties: timeout must stand there once but stands there again")
        .hasMessageContaining("a.properties: retries must be a number from 0 to 100 but was many")
        .hasMessageContaining("b.sql must have b.properties beside it")
        .hasMessageContaining("c.properties is of no mart: there is no c.sql beside it")
        .hasMessageContaining("d.sql must hold one SELECT but is empty")
        .hasMessageContaining(
            "d.properties: schedule must be cron of five fields, or manual, but was 61 9 * * *");
  }

  @Test
  void asksForWhatIsMissing() throws IOException {
    write("a.sql", "SELECT 1 AS id");
    write("a.properties", "");
    assertThatThrownBy(() -> MartFiles.read(sql))
        .hasMessageContaining("schedule is needed: cron of five fields, or manual")
        .hasMessageContaining("zone is needed: an IANA time zone such as Europe/Berlin")
        .hasMessageContaining("unique-key is needed: columns of the mart between commas");
  }

  @Test
  void noFolderDeclaresNoMart() {
    assertThat(MartFiles.read(sql.resolve("none"))).isEmpty();
  }

  @Test
  void readsTheShippedOne() {
    List<MartFile> shipped = MartFiles.read(Path.of("../sql"));
    assertThat(shipped).extracting(MartFile::name).containsExactly("lesson_stream_dm");
    assertThat(String.valueOf(shipped.get(0).rules().schedule())).startsWith("0 9 * * * ");
  }

  private MartFile only() {
    List<MartFile> marts = MartFiles.read(sql);
    assertThat(marts).hasSize(1);
    return marts.get(0);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(sql.resolve("mart").resolve(name), text);
  }
}
