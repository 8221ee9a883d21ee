package io.headrace.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.stage.StageException;
import io.headrace.wire.RecaptureMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Repair without a pipeline: whoever is asked to capture rows again notes what was asked. */
class RepairIT {
  private static final String MORE =
      """
      INSERT INTO stream_module_lesson (id, title, stream_module_id)
      SELECT n, 'Lesson ' || n, 1 FROM generate_series(1001, 3500) n;
      INSERT INTO stream_module_lesson (id, title) VALUES (5000, 'of no module')
      """;

  private Sides sides;
  private final List<RecaptureMessage> asked = new ArrayList<>();
  private boolean closed;

  @BeforeEach
  void fill() throws IOException, SQLException {
    sides = Sides.of(Path.of("../sql"), MORE);
  }

  private Repair repair() {
    VerifySettings all = VerifySettings.all();
    VerifySettings settings =
        new VerifySettings(List.of(), Filter.ALL, 0, all.hold(), 100, 20, Duration.ofMillis(500));
    return new Repair(
        sides.verifier(),
        sides.source,
        sides.warehouse,
        settings,
        sides.aligned(),
        new Silent(),
        () -> false);
  }

  /** A pipeline that does what it is asked, in an epoch. */
  private Recapture pipeline(SqlWork work, long epoch) {
    return new Recapture() {
      @Override
      public void ask(RecaptureMessage request) {
        asked.add(request);
      }

      @Override
      public long await(Set<String> requests, Duration patience) {
        assertThat(asked.stream().map(RecaptureMessage::id)).containsAll(requests);
        try {
          work.run();
        } catch (SQLException e) {
          throw new IllegalStateException(e);
        }
        return epoch;
      }

      @Override
      public void close() {
        closed = true;
      }
    };
  }

  private interface SqlWork {
    void run() throws SQLException;
  }

  private void plant() throws SQLException {
    sides.inWarehouse(
        """
        UPDATE f_lesson SET title = title || ' ' WHERE id = 1001;
        DELETE FROM f_lesson WHERE id = 1002;
        INSERT INTO f_lesson (id, title) VALUES (5000, 'of no module'), (900000, 'of nothing');
        UPDATE d_course SET title = 'Tithe' WHERE course_id = 1
        """);
  }

  private Map<String, Set<String>> askedKeys() {
    Map<String, Set<String>> keys = new TreeMap<>();
    for (RecaptureMessage request : asked) {
      for (RecaptureMessage.Rows rows : request.tables()) {
        rows.keys()
            .forEach(
                key ->
                    keys.computeIfAbsent(rows.table().table(), t -> new TreeSet<>())
                        .add(String.join(",", key.values())));
      }
    }
    return keys;
  }

  @Test
  void whatWasComparedInPartIsNotTakenForTheWhole() throws SQLException {
    plant();
    VerificationReport whole = sides.verifier().verify(VerifySettings.all(), sides.aligned());
    VerifySettings all = VerifySettings.all();
    VerifySettings courses =
        new VerifySettings(List.of("d_course"), Filter.ALL, 0, all.hold(), 100, 20, all.patience());
    VerificationReport part = sides.verifier().verify(courses, sides.aligned());
    VerificationReport keys =
        sides
            .verifier()
            .verifyKeys(Map.of("f_lesson", List.of(RowKey.of(List.of("1")))), all, sides.aligned());
    assertThat(
            Sides.rows(
                sides.warehouse,
                "SELECT scope ->> 'keys' FROM headrace.verification WHERE id = " + keys.id()))
        .containsExactly("1");
    sides.inWarehouse(
        "INSERT INTO headrace.star SELECT 'table ' || n, '', '', '' FROM generate_series(1, 4) n");
    assertThat(sides.verifier().log().last(true)).isEqualTo(whole.id());
    assertThat(sides.verifier().log().last(false)).isEqualTo(part.id());
    assertThat(repair().run(null, null).verification()).isEqualTo(whole.id());
  }

  @Test
  void baseRowsAndJoinedRowsOfWhatDiffersAreCapturedAgain() throws SQLException {
    plant();

    RepairReport report = repair().run(null, () -> pipeline(() -> sides.refill(), 7));

    String stream =
        Sides.rows(sides.source, "SELECT stream_id FROM stream_module WHERE id = 1").get(0);
    assertThat(askedKeys())
        .isEqualTo(
            Map.of(
                "course", Set.of("1"),
                "stream_module_lesson", Set.of("1001", "1002", "5000", "900000"),
                "stream_module", Set.of("1"),
                "stream", Set.of(stream)));
    assertThat(report.differing()).hasSize(5);
    assertThat(report.equal()).isTrue();
    assertThat(closed).isTrue();
    assertThat(RepairText.lines(report)).anyMatch(line -> line.startsWith("5 rows mended, 0 not"));
  }

  @Test
  void aDryRunAsksForNothing() throws SQLException {
    plant();
    sides.verifier().verify(VerifySettings.all(), sides.aligned());
    List<String> before = Sides.rows(sides.warehouse, "SELECT count(*) FROM headrace.verification");

    RepairReport report = repair().run(null, null);

    assertThat(asked).isEmpty();
    assertThat(report.equal()).isFalse();
    assertThat(RepairText.lines(report))
        .contains("Would be captured again: 4 rows of public.stream_module_lesson.");
    assertThat(Sides.rows(sides.warehouse, "SELECT count(*) FROM headrace.verification"))
        .isEqualTo(before);
  }

  @Test
  void whatIsMendedAlreadyIsLeftAlone() throws SQLException {
    plant();
    long id = sides.verifier().verify(VerifySettings.all(), sides.aligned()).id();
    sides.refill();

    RepairReport report = repair().run(id, () -> pipeline(() -> {}, 7));

    assertThat(asked).isEmpty();
    assertThat(report.equal()).isTrue();
  }

  @Test
  void whatStaysDifferentIsToldAndFoundByTheNextRepair() throws SQLException {
    plant();

    RepairReport first =
        repair()
            .run(
                null,
                () ->
                    pipeline(() -> sides.inWarehouse("DELETE FROM f_lesson WHERE id >= 5000"), 7));
    RepairReport second = repair().run(null, null);

    assertThat(first.equal()).isFalse();
    assertThat(RepairText.lines(first)).anyMatch(line -> line.startsWith("2 rows mended, 3 not"));
    assertThat(second.differing()).hasSize(3);
  }

  @Test
  void manyRowsAreAskedForInLots() throws SQLException {
    sides.inWarehouse("UPDATE f_lesson SET title = 'x' WHERE id BETWEEN 1001 AND 3500");

    RepairReport report = repair().run(null, () -> pipeline(() -> sides.refill(), 7));

    assertThat(report.equal()).isTrue();
    assertThat(asked).hasSize(3);
    assertThat(askedKeys().get("stream_module_lesson")).hasSize(2500);
  }

  @Test
  void aWarehouseThatDoesNotComeToTheEpochIsAnError() throws SQLException {
    plant();

    assertThatThrownBy(() -> repair().run(null, () -> pipeline(() -> {}, 8)))
        .isInstanceOf(StageException.class)
        .hasMessageContaining("must come to epoch 8 within 0 s but shows epoch 7");
  }

  @Test
  void keysOfEveryTypeAreFound() throws IOException, SQLException {
    sides = Sides.of(Path.of("../test-servers/src/main/resources/shop"), "SELECT 1");
    sides.inWarehouse("UPDATE f_order_line SET qty = 77; DELETE FROM d_product WHERE sku = 'b/2'");

    repair().run(null, () -> pipeline(() -> sides.refill(), 7));

    String order = "00000000-0000-4000-8000-00000000000";
    assertThat(askedKeys())
        .isEqualTo(
            Map.of(
                "Order", Set.of(order + "1", order + "2", order + "3"),
                "order_line", Set.of(order + "1,1", order + "1,2", order + "2,1", order + "3,2"),
                "customer", Set.of("1", "9000000000"),
                "product", Set.of("", "A-1", "b/2")));
  }

  @Test
  void aRequestNamesTheRowsAsTheTopicsDo() throws SQLException {
    plant();
    repair().run(null, () -> pipeline(() -> sides.refill(), 7));

    assertThat(asked).hasSize(1);
    assertThat(asked.get(0).content())
        .startsWith(
            "{\"id\":\"" + asked.get(0).id() + "\",\"tables\":[{\"table\":{\"schema\":\"public\"")
        .contains("\"name\":\"course\"},\"keys\":[{\"id\":\"1\"}]}");
  }

  @Test
  void repairsAreRecordedAndKilledOnesToldApart() throws SQLException {
    plant();
    long id = sides.verifier().verify(VerifySettings.all(), sides.aligned()).id();
    sides.inWarehouse("INSERT INTO headrace.repair (verification) VALUES (" + id + ")");
    try (RepairLog other = RepairLog.begin(sides.warehouse, id)) {
      assertThatThrownBy(() -> repair().run(id, () -> pipeline(() -> {}, 8)))
          .isInstanceOf(StageException.class);
      repair().run(id, () -> pipeline(() -> {}, 7));
      repair().run(id, () -> pipeline(() -> sides.refill(), 7));

      assertThat(repairs())
          .containsExactly(
              "failed; was interrupted",
              "running",
              "failed; 5; The warehouse must come to epoch 8 within 0 s but shows epoch 7: are the"
                  + " transform and the sink running?",
              "failed; 5; 5 rows still differ",
              "mended; 5");
      other.finish(null, null);
    }
  }

  private List<String> repairs() throws SQLException {
    return Sides.rows(
        sides.warehouse,
        "SELECT concat_ws('; ', state, keys, error) FROM headrace.repair ORDER BY id");
  }
}
