package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.sink.mart.CutOff;
import io.headrace.sink.mart.MartFile;
import io.headrace.sink.mart.MartRules;
import io.headrace.sink.mart.MartSchedule;
import io.headrace.sink.mart.MartStage;
import io.headrace.star.StarFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A mart that shows the source as it was at midnight, while the source's writers go on. */
@Tag("long")
class MidnightIT {
  private static final int FIRST = 1_000;
  private static final long APART_MILLIS = 3;

  /** The warehouse needs seconds for it, in which the star must stand. */
  private static final String MART =
      "SELECT course_id AS id FROM d_course WHERE (SELECT pg_sleep(4)) IS NOT NULL";

  /** A row of the source, and when its transaction was certainly still open, and over. */
  private record Written(int id, Instant before, Instant after) {}

  @Test
  void showsTheLastCommitBeforeMidnightAndHoldsNobodyUpAfterwards() throws Exception {
    Setup setup = Setup.of(Example.SCHOOL, 3);
    List<Written> written = new ArrayList<>();
    try (Pipeline pipeline = Pipeline.start(setup);
        Connection source = setup.source().connect("test");
        Connection warehouse = setup.warehouse().connect("test")) {
      await()
          .atMost(Duration.ofMinutes(3))
          .until(() -> !one(warehouse, "SELECT count(*) FROM headrace.position").equals("0"));
      Instant midnight = nextMinute();
      MartStage marts =
          new MartStage(
              setup.warehouse(),
              List.of(mart(midnight)),
              Clock.systemUTC(),
              new LoggingListener(StageKind.SINK));
      try (marts) {
        new Thread(marts::run, "marts").start();
        refreshesAt(midnight, source, warehouse, written);
      }
      pipeline.check();
    }
  }

  private static void refreshesAt(
      Instant midnight, Connection source, Connection warehouse, List<Written> written)
      throws SQLException, InterruptedException {
    write(source, written, midnight.plusSeconds(1));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> one(warehouse, state()), "refreshing"::equals);
    write(source, written, Instant.now().plusSeconds(1));
    assertThat(one(warehouse, "SELECT committed < '" + midnight + "' FROM headrace.position"))
        .as("the star stands until it is filled")
        .isEqualTo("t");
    await().atMost(Duration.ofSeconds(30)).until(() -> one(warehouse, state()), "done"::equals);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                one(warehouse, "SELECT max(course_id) FROM d_course")
                    .equals("" + written.get(written.size() - 1).id()));

    int shown = Integer.parseInt(one(warehouse, "SELECT max(id) FROM m"));
    Written last = written.get(shown - FIRST);
    Written next = written.get(shown - FIRST + 1);
    assertThat(last.before()).isBefore(midnight);
    assertThat(next.after()).isAfterOrEqualTo(midnight);
    assertThat(one(warehouse, "SELECT count(*) FROM m WHERE id >= " + FIRST))
        .isEqualTo("" + (shown - FIRST + 1));
    Instant completeTo =
        OffsetDateTime.parse(
                one(
                    warehouse,
                    "SELECT to_char(complete_to AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
                        + " FROM headrace.mart_refresh WHERE trigger = 'schedule'"))
            .toInstant();
    assertThat(completeTo).isBefore(midnight).isBetween(last.before(), last.after());
  }

  private static String state() {
    return "SELECT coalesce((SELECT state FROM headrace.mart_refresh WHERE trigger = 'schedule'), '')";
  }

  /** Far enough for the mart to be filled and planned. */
  private static Instant nextMinute() {
    return Instant.now().plusSeconds(75).truncatedTo(ChronoUnit.MINUTES);
  }

  /** In a zone in which that minute begins a day. */
  private static MartFile mart(Instant midnight) {
    int seconds = midnight.atZone(ZoneOffset.UTC).toLocalTime().toSecondOfDay();
    ZoneId zone =
        ZoneOffset.ofTotalSeconds(
            seconds <= Duration.ofHours(12).toSeconds()
                ? -seconds
                : (int) Duration.ofDays(1).toSeconds() - seconds);
    return new MartFile(
        new StarFile(Path.of("m.sql"), "m", MART),
        new MartRules(
            new MartSchedule("0 0 * * *", zone),
            zone,
            CutOff.PREVIOUS_MIDNIGHT,
            Duration.ofMinutes(1),
            false,
            Duration.ofMinutes(1),
            0),
        List.of("id"));
  }

  private static void write(Connection source, List<Written> written, Instant until)
      throws SQLException, InterruptedException {
    try (Statement statement = source.createStatement()) {
      while (Instant.now().isBefore(until)) {
        int id = FIRST + written.size();
        Instant before = Instant.now().truncatedTo(ChronoUnit.MICROS);
        statement.execute("INSERT INTO course (id, title) VALUES (" + id + ", 'x')");
        written.add(new Written(id, before, Instant.now()));
        Thread.sleep(APART_MILLIS);
      }
    }
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }
}
