package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.pipeline.KilledProcess.Command;
import io.headrace.stage.StageListener;
import io.headrace.star.StarFiles;
import io.headrace.star.TableName;
import io.headrace.verify.LiveAligner;
import io.headrace.verify.Method;
import io.headrace.verify.Verifier;
import io.headrace.verify.VerifySettings;
import io.headrace.wire.ResyncMessage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * {@code kill -9} in each phase of a resync, a repair and a replay. Readers look at the star all
 * the time, and after each kill it equals its SELECTs on the source.
 */
@Tag("long")
class KillIT {
  private static final Duration WITHIN = Duration.ofMinutes(2);

  /** Where rows begin to be read again, a capture is killed under a repair. */
  private static final List<String> RESYNC =
      List.of("RESYNC_ROWS_SENT", "RESYNC_ROWS_SENT,AFTER_COMMIT", "RESYNC_GHOSTS_SENT");

  private static final List<String> REPAIR = List.of("BEFORE_ASKING", "ASKED", "ANSWERED");

  private static final List<String> REPLAY =
      List.of("PREPARED", "PROGRESS", "FILLED", "BEFORE_COMMIT", "SWAPPED");

  private static final String RESYNC_ID = "killed";

  private final Random random = new Random(Seeds.next("KillIT"));
  private final StarFolder folder = Pets.folder();
  private final Setup setup = Setup.of(folder.path(), 3);
  private final StageListener listener = new LoggingListener(StageKind.SINK);

  @Test
  void nothing_is_lost_and_all_is_finished() throws Exception {
    try (Following stages = Following.start(setup, listener, StageKind.TRANSFORM, StageKind.SINK)) {
      try (KilledProcess capture = KilledProcess.start(setup, Command.CAPTURE, "")) {
        Convergence.assertEqual(setup, WITHIN, stages::check);
        setup.onWarehouse("REFRESH MATERIALIZED VIEW mart");
        List<String> repairs = chosen(REPAIR);
        for (String place : repairs) {
          repairKilled(place, stages, capture);
        }
        spoil();
        repair(stages, capture, repairs.size());
        spoil();
      }
      repairWhileTheCaptureIsKilled(stages);
      try (Looking looking = new Looking()) {
        resyncKilled(stages);
        try (KilledProcess capture = KilledProcess.start(setup, Command.CAPTURE, "")) {
          awaitResync(both(stages, capture));
          replay(stages, capture);
          looking.stopWriting();
          Convergence.assertEqual(setup, WITHIN, both(stages, capture));
        }
      }
    }
  }

  private void repairKilled(String place, Following stages, KilledProcess capture)
      throws Exception {
    spoil();
    try (KilledProcess repair = KilledProcess.start(setup, Command.REPAIR, place)) {
      repair.awaitThere(both(stages, capture));
    }
    assertThat(one("SELECT state FROM headrace.repair ORDER BY id DESC LIMIT 1"))
        .isEqualTo("running");
    if (!place.equals("BEFORE_ASKING")) {
      await()
          .atMost(WITHIN)
          .until(
              () -> {
                both(stages, capture).run();
                return verify() == 0; // what was asked for is done whether somebody waits or not
              });
    }
  }

  private void repair(Following stages, KilledProcess capture, int interrupted) throws Exception {
    try (KilledProcess repair = KilledProcess.start(setup, Command.REPAIR, "")) {
      repair.awaitEnd();
    }
    Convergence.assertEqual(setup, WITHIN, both(stages, capture));
    assertThat(
            one(
                "SELECT string_agg(concat_ws(' ', state, error), ', ' ORDER BY id) FROM headrace.repair"))
        .isEqualTo("failed was interrupted, ".repeat(interrupted) + "mended");
  }

  private void repairWhileTheCaptureIsKilled(Following stages) throws Exception {
    KilledProcess capture = KilledProcess.start(setup, Command.CAPTURE, "REREAD_BEGUN");
    try (KilledProcess repair = KilledProcess.start(setup, Command.REPAIR, "")) {
      capture.awaitThere(both(stages, repair));
      capture.kill();
      capture = KilledProcess.start(setup, Command.CAPTURE, "");
      repair.awaitEnd();
      Convergence.assertEqual(setup, WITHIN, both(stages, capture));
    } finally {
      capture.close();
    }
  }

  private void resyncKilled(Following stages) throws Exception {
    emit(new ResyncMessage(RESYNC_ID, new TableName("public", "pet")));
    for (String place : chosen(RESYNC)) {
      try (KilledProcess capture = KilledProcess.start(setup, Command.CAPTURE, place)) {
        capture.awaitThere(stages::check);
      }
    }
  }

  private void awaitResync(Runnable check) {
    await()
        .atMost(WITHIN)
        .until(
            () -> {
              check.run();
              return one("SELECT coalesce(max(concat_ws(' ', id, state, rows)), '') FROM headrace.resync")
                  .equals(RESYNC_ID + " done " + Pets.COUNT);
            });
  }

  private void replay(Following stages, KilledProcess capture) throws Exception {
    String old = generation();
    folder
        .select(
            "f_pet",
            """
            SELECT p.id, p.name, o.id AS owner_id, o.name AS owner, p.kind
            FROM pet p JOIN owner o ON o.id = p.owner_id""")
        .warehouse(2, "ALTER TABLE f_pet ADD COLUMN kind text");
    for (String place : chosen(REPLAY)) {
      try (KilledProcess replay = KilledProcess.start(setup, Command.REPLAY, place)) {
        replay.awaitThere(both(stages, capture));
      }
      if (place.equals("SWAPPED")) {
        assertThat(generation()).isNotEqualTo(old);
      } else {
        assertThat(generation()).isEqualTo(old);
      }
    }
    try (KilledProcess replay = KilledProcess.start(setup, Command.REPLAY, "")) {
      replay.awaitEnd();
    }
    assertThat(one("SELECT string_agg(DISTINCT state, ' ' ORDER BY state) FROM headrace.replay"))
        .isIn("cleaned failed", "cleaned"); // what was killed after its swap is taken up
  }

  /** One place of each, another in each run; all of them in the long version. */
  private List<String> chosen(List<String> places) {
    return Soak.LONG ? places : List.of(places.get(random.nextInt(places.size())));
  }

  /** Readers who find every state whole, while the source changes. */
  private final class Looking implements AutoCloseable {
    private final AtomicBoolean done = new AtomicBoolean();
    private final List<CompletableFuture<Long>> readers = new ArrayList<>();
    private final Pets.Changes changes = new Pets.Changes(setup);

    Looking() {
      readers.add(Pets.reader(setup, false, done));
      readers.add(Pets.reader(setup, true, done));
    }

    void stopWriting() {
      changes.close();
    }

    @Override
    public void close() throws Exception {
      changes.close();
      done.set(true);
      for (CompletableFuture<Long> reader : readers) {
        assertThat(reader.get()).isGreaterThan(100);
      }
    }
  }

  /** Something for a repair to mend, and the findings of a verification that names it. */
  private void spoil() throws SQLException {
    setup.onWarehouse(
        "UPDATE f_pet SET name = 'spoilt' WHERE id = 4",
        "DELETE FROM f_pet WHERE id = 5",
        "INSERT INTO f_pet VALUES (9999, 'nobody') ON CONFLICT DO NOTHING");
    assertThat(verify()).isEqualTo(3);
  }

  private long verify() {
    VerifySettings all = VerifySettings.all();
    Method method =
        new Method.Aligned(
            new LiveAligner(
                setup.source(),
                setup.warehouse(),
                setup.kafka(),
                setup.topics(),
                all.patience(),
                listener));
    return new Verifier(
            setup.star(), StarFiles.read(setup.sql()), setup.warehouse(), listener, () -> false)
        .verify(all, method)
        .different();
  }

  private static Runnable both(Following stages, KilledProcess process) {
    return () -> {
      stages.check();
      process.check();
    };
  }

  private void emit(ResyncMessage message) throws SQLException {
    try (Connection connection = setup.source().connect("test");
        PreparedStatement emit =
            connection.prepareStatement("SELECT pg_logical_emit_message(true, ?, ?)")) {
      emit.setString(1, ResyncMessage.PREFIX);
      emit.setString(2, message.content());
      emit.execute();
    }
  }

  private String generation() throws SQLException {
    return one("SELECT generation FROM headrace.position");
  }

  private String one(String sql) throws SQLException {
    try (Connection connection = setup.warehouse().connect("test");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }
}
