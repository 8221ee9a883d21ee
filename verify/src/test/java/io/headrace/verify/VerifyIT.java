package io.headrace.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.stage.StageException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyIT {
  private static final String SCHOOL =
      """
      INSERT INTO course (id, title, created_at, is_demo_enroll)
      SELECT n, 'Course ' || n, timestamp '2026-01-01' + n * interval '1.000001 second', n % 3 = 0
        FROM generate_series(1001, 1050) n;
      INSERT INTO stream (id, course_id, start_at, is_open, name)
      SELECT n, 1001 + n % 50, '2026-02-01', true, CASE n % 4 WHEN 0 THEN '' WHEN 1 THEN NULL ELSE 'Stream ' || n END
        FROM generate_series(1001, 1100) n;
      INSERT INTO stream_module (id, stream_id, title, order_in_stream)
      SELECT n, 1001 + n % 100, 'Module ' || n, n % 7 FROM generate_series(1001, 1300) n;
      INSERT INTO stream_module_lesson (id, title, description, start_at, stream_module_id)
      SELECT n, 'Lesson ' || n, CASE n % 3 WHEN 0 THEN '' WHEN 1 THEN NULL ELSE repeat('x', n % 100) END,
             timestamp '2026-03-01' + n * interval '1.000001 minute', 1001 + n % 300
        FROM generate_series(1001, 4000) n
      """;

  private static final String WORDS =
      """
      INSERT INTO place SELECT 'P' || n, CASE n % 3 WHEN 0 THEN '' WHEN 1 THEN 'Place' END, n % 90 + 0.5
        FROM generate_series(1, 200) n;
      INSERT INTO kind SELECT 'K' || n, date '2026-01-01' + n FROM generate_series(1, 100) n;
      INSERT INTO word
      SELECT (ARRAY['en', 'EN', 'de', 'De', 'ru', 'Ä', 'a', 'Z'])[n % 8 + 1],
             (ARRAY['Apple', 'apple', 'Äpfel', 'zebra', 'Zebra', E'tab\\tand\\\\', '{"q",}', ''])[n / 8 % 8 + 1] || n / 640,
             n / 64 % 10, CASE WHEN n % 5 > 0 THEN 'P' || n % 200 + 1 END, (n % 7)::numeric / 4 + 1.0, n % 100 + 0.25,
             timestamp '2026-01-01' + n * interval '1.000001 second', CASE n % 50 WHEN 0 THEN 'infinity'
             ELSE timestamptz '2026-01-01' + n * interval '1 second' END, (ARRAY['sad', 'ok', 'happy'])[n % 3 + 1]::mood,
             CASE n % 3 WHEN 0 THEN '' WHEN 1 THEN 'note' END, '{"a":  1}', '\\x00ff', ARRAY['x', NULL, 'N"ULL'],
             n / 3.0, n / 3.0, '1 mon 2 days 03:00:00.5', n % 11 > 0
        FROM generate_series(0, 2999) n
      """;

  private static Sides school;
  private static Sides shop;
  private static Sides words;

  @BeforeAll
  static void fill() throws IOException, SQLException {
    school = Sides.of(Path.of("../sql"), SCHOOL);
    shop = Sides.of(Path.of("../test-servers/src/main/resources/shop"), "SELECT 1");
    words = Sides.of(Path.of("src/test/resources/words"), WORDS);
  }

  private static VerifySettings settings(int pageRows) {
    VerifySettings all = VerifySettings.all();
    return new VerifySettings(
        List.of(), Filter.ALL, 0, all.hold(), pageRows, Findings.KEYS, all.patience());
  }

  private static VerifySettings filtered(Filter filter) {
    VerifySettings all = VerifySettings.all();
    return new VerifySettings(
        List.of("f_lesson"), filter, 0, all.hold(), 37, Findings.KEYS, all.patience());
  }

  /** Undoes what a test has planted. */
  private static void restored(Sides sides, SqlWork work) throws SQLException {
    try {
      work.run();
    } finally {
      sides.inWarehouse(
          "UPDATE headrace.position SET generation = '" + sides.star.generation() + "'");
      sides.refill();
    }
  }

  private interface SqlWork {
    void run() throws SQLException;
  }

  @ParameterizedTest
  @ValueSource(strings = {"school", "shop", "words"})
  void whatIsEqualHasNoDifferences(String name) {
    VerificationReport report = sides(name).verifier().verify(settings(100), sides(name).aligned());

    assertThat(report.differences()).isEmpty();
    assertThat(report.equal()).isTrue();
    assertThat(report.rows()).isGreaterThan(name.equals("shop") ? 9 : 2500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"school", "words"})
  void exactlyWhatWasPlantedIsFound(String name) throws SQLException {
    Sides sides = sides(name);
    long seed = new Random().nextLong();
    System.out.println("[headrace] differences planted in the " + name + " from seed " + seed);
    restored(
        sides,
        () -> {
          Set<String> planted;
          try (Connection warehouse = sides.warehouse.connect("test")) {
            Planting planting = new Planting(sides, warehouse, seed);
            planting.plant(200);
            planted = planting.planted;
          }

          for (int pageRows : new int[] {7, 1000}) {
            VerificationReport report =
                sides.verifier().verify(settings(pageRows), sides.aligned());
            assertThat(Planting.found(report))
                .as("seed %d, pages of %d", seed, pageRows)
                .isEqualTo(planted);
            assertThat(report.different()).isEqualTo(200);
          }
        });
  }

  @Test
  void snapshotsThatAreTakenAnewAtEachPageMissNothing() throws SQLException {
    restored(
        words,
        () -> {
          Set<String> planted;
          try (Connection warehouse = words.warehouse.connect("test")) {
            Planting planting = new Planting(words, warehouse, 1);
            planting.plant(50);
            planted = planting.planted;
          }
          VerifySettings all = settings(100);
          VerificationReport report =
              words
                  .verifier()
                  .verify(
                      new VerifySettings(
                          List.of(), Filter.ALL, 0, Duration.ZERO, 100, 100, all.patience()),
                      words.aligned());
          assertThat(Planting.found(report)).isEqualTo(planted);
        });
  }

  @Test
  void aConditionHoldsOnBothSides() throws SQLException {
    restored(
        school,
        () -> {
          school.inWarehouse(
              """
              UPDATE f_lesson SET title = 'other' WHERE id IN (1999, 2099);
              UPDATE f_lesson SET stream_id = 1001 WHERE id = 2002;
              UPDATE f_lesson SET stream_id = 1002 WHERE id = 2099;
              INSERT INTO f_lesson (id, stream_id) VALUES (900000, 1001), (900001, 1002)
              """);
          // Lesson 1999 is of stream 1001 in the source as in the warehouse, 2099 in the source
          // only, 2002 here only.
          VerificationReport report =
              school
                  .verifier()
                  .verify(filtered(new Filter("stream_id = 1001 -- one", null)), school.aligned());
          assertThat(Planting.found(report))
              .containsExactlyInAnyOrder(
                  "f_lesson [1999] different title",
                  "f_lesson [2099] different stream_id,title",
                  "f_lesson [2002] different stream_id",
                  "f_lesson [900000] extra ");
          assertThat(report.rows()).isBetween(20L, 60L);
        });
  }

  @Test
  void aSampleIsAPartOfTheSameRowsOnBothSides() throws SQLException {
    restored(
        school,
        () -> {
          school.inWarehouse(
              """
              DELETE FROM f_lesson WHERE id % 10 = 0;
              INSERT INTO f_lesson (id) SELECT n FROM generate_series(800001, 801000) n
              """);
          Filter sample = new Filter(null, new Filter.Sample(20, 4711));
          VerificationReport report = school.verifier().verify(filtered(sample), school.aligned());
          VerificationReport again = school.verifier().verify(filtered(sample), school.aligned());

          TableResult table = report.tables().get(0);
          assertThat(table.equal()).isBetween(400L, 680L);
          assertThat(table.missing()).isBetween(30L, 90L);
          assertThat(table.extra()).isBetween(140L, 260L);
          assertThat(table.different()).isZero();
          assertThat(Planting.found(again)).isEqualTo(Planting.found(report));
        });
  }

  @Test
  void whatDiffersIsLookedAtAgainUntilItStandsStill() throws SQLException {
    restored(
        words,
        () -> {
          words.inWarehouse("UPDATE headrace.position SET lsn = 'FFFFFFFF/0'");
          Set<String> planted;
          try (Connection warehouse = words.warehouse.connect("test")) {
            Planting planting = new Planting(words, warehouse, 2);
            planting.plant(50);
            planted = planting.planted;
          }
          VerificationReport report =
              words
                  .verifier()
                  .verify(settings(100), new Method.Settled(words.source, words.warehouse));
          assertThat(Planting.found(report)).isEqualTo(planted);
          assertThat(report.undecided()).isZero();
        });
  }

  @Test
  void aWarehouseThatDoesNotCatchUpIsNoDifference() throws SQLException {
    restored(
        words,
        () -> {
          words.inWarehouse(
              "UPDATE headrace.position SET lsn = '0/1'; DELETE FROM d_place WHERE code = 'P1'");
          VerifySettings impatient =
              new VerifySettings(
                  List.of(), Filter.ALL, 0, Duration.ZERO, 100, 100, Duration.ofMillis(200));
          assertThatThrownBy(
                  () ->
                      words
                          .verifier()
                          .verify(impatient, new Method.Settled(words.source, words.warehouse)))
              .isInstanceOf(StageException.class)
              .hasMessageContaining("is the pipeline running?");
          assertThat(
                  Sides.rows(
                      words.warehouse,
                      "SELECT result || ': ' || error FROM headrace.verification ORDER BY id DESC LIMIT 1"))
              .singleElement()
              .asString()
              .startsWith("failed: The warehouse must come to ");
        });
  }

  @Test
  void aRowThatTheSourceKeepsChangingIsUndecided() throws Exception {
    words.inWarehouse("UPDATE headrace.position SET lsn = 'FFFFFFFF/0'");
    AtomicBoolean over = new AtomicBoolean();
    CountDownLatch writing = new CountDownLatch(1);
    Thread writer =
        new Thread(
            () -> {
              try (Connection source = words.source.connect("test");
                  Statement statement = source.createStatement()) {
                while (!over.get()) {
                  statement.execute("UPDATE place SET title = random()::text WHERE code = 'P7'");
                  writing.countDown();
                }
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    restored(
        words,
        () -> {
          writer.start();
          assertThat(wait(writing)).isTrue();
          VerifySettings all = VerifySettings.all();
          VerifySettings settings =
              new VerifySettings(
                  List.of("d_place"), Filter.ALL, 0, all.hold(), 10, 9, all.patience());
          Method settled = new Method.Settled(words.source, words.warehouse);
          VerificationReport report;
          try {
            report = words.verifier().verify(settings, settled);
            assertThat(Planting.found(report)).containsExactly("d_place [P7] undecided ");
            assertThat(report.equal()).isFalse();
            assertThat(ReportJson.document(report, 1, false)).contains("\"result\":\"undecided\"");
            assertThat(
                    Sides.rows(
                        words.warehouse,
                        "SELECT concat_ws(' ', v.result, r.state, r.outcome) FROM headrace.verification v"
                            + " JOIN headrace.run r ON r.kind = 'verify' AND r.id = v.id::text ORDER BY v.id DESC LIMIT 1"))
                .containsExactly("undecided undecided attention");
            words.inWarehouse("UPDATE d_place SET title = 'Tithe' WHERE code = 'P8'");
            report = words.verifier().verify(settings, settled);
          } finally {
            over.set(true);
          }
          assertThat(Planting.found(report))
              .containsExactlyInAnyOrder("d_place [P7] undecided ", "d_place [P8] different title");
          assertThat(report.different()).isEqualTo(1);
          assertThat(report.undecided()).isEqualTo(1);
        });
    writer.join();
    words.refill();
  }

  private static boolean wait(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aRunIsRecordedWithItsKeys() throws SQLException {
    restored(
        words,
        () -> {
          words.inWarehouse("DELETE FROM f_word WHERE ctid = (SELECT min(ctid) FROM f_word)");
          words.inWarehouse("UPDATE d_place SET title = 'Tithe' WHERE code = 'P1'");
          VerificationReport report = words.verifier().verify(settings(100), words.aligned());
          String id = " WHERE verification = " + report.id() + " ORDER BY star_table";
          assertThat(
                  Sides.rows(
                      words.warehouse,
                      "SELECT star_table || ' ' || kind || ' ' || key FROM headrace.verification_difference"
                          + id))
              .first()
              .isEqualTo("d_place different {\"code\": \"P1\"}");
          assertThat(
                  Sides.rows(
                      words.warehouse,
                      "SELECT concat_ws(' ', star_table, different, missing, extra, undecided)"
                          + " FROM headrace.verification_table"
                          + id))
              .containsExactly("d_kind 0 0 0 0", "d_place 1 0 0 0", "f_word 0 1 0 0");
          assertThat(
                  Sides.rows(
                      words.warehouse,
                      "SELECT concat_ws(' ', method, result, rows, differences, epoch)"
                          + " FROM headrace.verification WHERE finished > started AND id = "
                          + report.id()))
              .containsExactly(
                  "aligned different " + report.rows() + " " + report.different() + " 7");
        });
  }

  @Test
  void aRunThatWasKilledIsEndedByTheNext() throws SQLException {
    VerificationLog log = new VerificationLog(words.warehouse);
    VerificationLog.Begun killed = log.begin("aligned", "{\"tables\": []}", "00000000");
    killed.close();
    try (VerificationLog.Begun atWork = log.begin("aligned", "{\"tables\": []}", "00000000")) {
      VerificationReport report = words.verifier().verify(settings(100), words.aligned());
      assertThat(report.id()).isGreaterThan(atWork.id());
      assertThat(
              Sides.rows(
                  words.warehouse,
                  "SELECT concat_ws(' ', coalesce(result, 'running'), error) FROM headrace.verification WHERE id >= "
                      + killed.id()
                      + " ORDER BY id"))
          .containsExactly("failed was interrupted", "running", "equal");
    }
  }

  @Test
  void anotherDefinitionOfTheStarIsRefused() throws SQLException {
    words.inWarehouse("UPDATE headrace.position SET generation = '00000000'");
    try {
      assertThatThrownBy(() -> words.verifier().verify(settings(100), words.aligned()))
          .isInstanceOf(StageException.class)
          .hasMessageContaining("shows generation 00000000");
    } finally {
      words.inWarehouse(
          "UPDATE headrace.position SET generation = '" + words.star.generation() + "'");
    }
  }

  @Test
  void aStarThatIsReplacedMeanwhileIsNoDifference() throws SQLException {
    AtomicInteger taken = new AtomicInteger();
    Aligner aligner =
        () -> {
          if (taken.incrementAndGet() == 3) {
            replaceStar();
          }
          return PlainSnapshots.of(words.source, words.warehouse).align();
        };
    VerifySettings all = settings(100);
    VerifySettings anewAtEachPage =
        new VerifySettings(
            List.of("f_word"), Filter.ALL, 0, Duration.ZERO, 100, 100, all.patience());
    restored(
        words,
        () ->
            assertThatThrownBy(
                    () -> words.verifier().verify(anewAtEachPage, new Method.Aligned(aligner)))
                .isInstanceOf(StageException.class)
                .hasMessageContaining("a replay has put another star in its place"));
    assertThat(taken).hasValue(3);
  }

  @Test
  void aStarThatIsReplacedBetweenTwoLooksIsNoDifference() throws SQLException {
    VerifySettings all = settings(100);
    restored(
        words,
        () -> {
          words.inWarehouse("UPDATE headrace.position SET lsn = 'FFFFFFFF/0'");
          words.inWarehouse("DELETE FROM d_place WHERE code = 'P1'");
          Silent replacing =
              new Silent() {
                @Override
                public void progress(String work, long done, long total) {
                  if (work.startsWith("looking again")) {
                    replaceStar();
                  }
                }
              };
          assertThatThrownBy(
                  () ->
                      new Verifier(words.star, words.files, words.warehouse, replacing, () -> false)
                          .verify(all, new Method.Settled(words.source, words.warehouse)))
              .isInstanceOf(StageException.class)
              .hasMessageContaining("a replay has put another star in its place");
        });
  }

  /** As one of other SQL that a replay puts in its place. */
  private static void replaceStar() {
    try {
      words.inWarehouse(
          "UPDATE headrace.position SET generation = '00000000'; UPDATE f_word SET weight = 0; DELETE FROM d_place");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatTheSourceRefusesIsTheUsersToMend() {
    assertThatThrownBy(
            () ->
                school
                    .verifier()
                    .verify(filtered(new Filter("titel = ''", null)), school.aligned()))
        .isInstanceOf(StageException.class)
        .hasMessageContaining("column \"titel\" does not exist")
        .extracting(e -> ((StageException) e).kind())
        .isEqualTo(StageException.Kind.SETTINGS);
  }

  private static Sides sides(String name) {
    return name.equals("school") ? school : name.equals("shop") ? shop : words;
  }
}
