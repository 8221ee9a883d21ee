package io.headrace.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.verify.Difference.Value;
import io.headrace.wire.EpochMark;
import io.headrace.wire.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final EpochMark MARK =
      new EpochMark(512, Lsn.parse("0/1A2B"), Instant.parse("2026-11-23T10:00:00.000001Z"));

  private final VerificationReport report =
      new VerificationReport(
          7,
          "aligned",
          new Filter("id > 1", new Filter.Sample(12.5, 42)),
          Instant.parse("2026-11-23T10:00:01Z"),
          Duration.ofMillis(1234),
          MARK,
          MARK,
          List.of(
              new TableResult("d", 3, 0, 0, 0, 0, Duration.ofMillis(12)),
              new TableResult("f", 1_000_000, 1, 1, 0, 1, Duration.ofMillis(1200))),
          List.of(
              new Difference(
                  "f",
                  List.of("id", "word"),
                  List.of("1", "it's"),
                  Kind.DIFFERENT,
                  List.of(new Value("title", null, "a "), new Value("price", "1.0", "1.00"))),
              new Difference("f", List.of("id", "word"), List.of("2", ""), Kind.MISSING, List.of()),
              new Difference(
                  "f", List.of("id", "word"), List.of("3", "x"), Kind.UNDECIDED, List.of())));

  @Test
  void linesForAPerson() {
    assertThat(ReportText.lines(report, 2, false))
        .containsExactly(
            "Verification 7 (aligned, where id > 1, a sample of 12.5 % chosen by seed 42), at epoch"
                + " 512, 0/1A2B, committed 2026-11-23T10:00:00.000001Z.",
            "table       rows      equal  different  missing  extra  undecided   time",
            "d              3          3          0        0      0          0  0.0 s",
            "f      1,000,003  1,000,000          1        1      0          1  1.2 s",
            "f id=1 word='it's' different",
            "  title: NULL in the source, 'a ' in the warehouse",
            "  price: '1.0' in the source, '1.00' in the warehouse",
            "f id=2 word='' missing",
            "and 1 more; headrace.verification_difference has them all, verification 7.",
            "The warehouse differs from the source in 2 rows, and 1 row changed at every look, so"
                + " that nothing can be said.");
  }

  @Test
  void valuesCanBeWithheld() {
    assertThat(ReportText.lines(report, 20, true)).noneMatch(line -> line.contains("1.00"));
    assertThat(ReportJson.document(report, 20, true)).doesNotContain("1.00", "columns");
  }

  @Test
  void oneDocumentForMachines() {
    assertThat(ReportJson.document(report, 1, false))
        .startsWith("{\"verification\":7,\"result\":\"different\",\"method\":\"aligned\"")
        .contains("\"sample\":12.5,\"seed\":42")
        .endsWith(
            "\"differences\":[{\"table\":\"f\",\"key\":{\"id\":\"1\",\"word\":\"it's\"},\"kind\":\"different\","
                + "\"columns\":[{\"column\":\"title\",\"source\":null,\"warehouse\":\"a \"},"
                + "{\"column\":\"price\",\"source\":\"1.0\",\"warehouse\":\"1.00\"}]}]}");
  }

  @Test
  void aLongValueIsShownWhereItBeginsToDiffer() {
    String value = "x".repeat(500);

    assertThat(Values.show(value + "a", value + "b"))
        .isEqualTo("…'" + "x".repeat(20) + "a' (501 characters)");
    assertThat(Values.show("tab\there\u200b", null)).isEqualTo("'tab\\u0009here\\u200b'");
  }
}
