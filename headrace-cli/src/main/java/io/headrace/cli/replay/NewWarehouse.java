package io.headrace.cli.replay;

import io.headrace.sink.LiveStar;
import io.headrace.sink.Sink;
import io.headrace.sink.SinkSettings;
import io.headrace.sink.WarehouseFill;
import io.headrace.sink.WarehouseSchema;
import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import io.headrace.star.Star;
import io.headrace.star.StarFile;
import io.headrace.star.StarFiles;
import io.headrace.wire.Lsn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Fills an empty warehouse from the topics, beside the one that the stages feed and without
 * touching it, up to what the source has when this begins.
 */
public final class NewWarehouse {
  private static final long LOOK_MILLIS = 100;

  private final ReplayPlan plan;
  private final Database into;
  private final StageListener listener;
  private final AtomicReference<@Nullable Throwable> sinkFailure = new AtomicReference<>();
  private volatile boolean stopped;

  /**
   * One that has not begun.
   *
   * @param plan its warehouse is the one that the stages feed
   * @param into the empty warehouse
   */
  public NewWarehouse(ReplayPlan plan, Database into, StageListener listener) {
    this.plan = plan;
    this.into = into;
    this.listener = listener;
  }

  /**
   * Does it all.
   *
   * @throws StageException when it cannot; started again, it goes on
   */
  public void run() {
    List<StarFile> files = StarFiles.read(plan.sql());
    Star compiled = Definition.compile(files, plan.source());
    LiveStar live = live();
    boolean fed = live != null && live.shows(compiled);
    Star outline = live == null ? compiled : live.named(compiled);
    if (!fed) {
      try (KafkaRemains kafka = new KafkaRemains(plan.kafka(), plan.topics())) {
        kafka.mustBeCaptured(outline);
      }
    }
    Lsn goal = now();
    try (WarehouseFill fill = WarehouseFill.begin(into, outline.generation(), listener)) {
      try {
        listener.says("Fills " + into + " up to the source's position " + goal + ".");
        WarehouseSchema.migrate(into, plan.sql().resolve("warehouse"));
        Star star = Definition.compile(files, plan.source(), into).named(outline.generation());
        if (fed) {
          fill(fill, star, goal, () -> {});
        } else {
          fillByOwnTransform(fill, star, goal);
        }
        tell(fill, star, goal, fed);
      } catch (RuntimeException e) {
        fill.failed(e.getMessage());
        throw e;
      }
    }
  }

  /** A warehouse that was lost is no obstacle: it is what this is for. */
  private @Nullable LiveStar live() {
    try {
      return LiveStar.of(plan.warehouse());
    } catch (StageException e) {
      listener.says(
          "The star is made by the SQL of "
              + plan.sql()
              + ", for the warehouse that was fed so far does not tell its own: "
              + e.getMessage());
      return null;
    }
  }

  private void fillByOwnTransform(WarehouseFill fill, Star star, Lsn goal) {
    OwnTransform transform = OwnTransform.start(plan.joining(), star, listener);
    try {
      fill(fill, star, goal, transform::check);
    } finally {
      transform.close();
    }
    transform.forgetState();
  }

  private void fill(WarehouseFill fill, Star star, Lsn goal, Runnable alive) {
    Sink sink = new Sink(new SinkSettings(into, plan.kafka(), plan.topics()), star, listener);
    Thread thread = new Thread(() -> run(sink), "replay-sink");
    thread.start();
    try {
      while (!fill.shows(goal)) {
        Thread.sleep(LOOK_MILLIS);
        alive.run();
        checkSink();
        if (stopped) {
          throw stopped();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw stopped();
    } finally {
      sink.close();
    }
  }

  private void run(Sink sink) {
    try {
      sink.run();
    } catch (Throwable e) {
      sinkFailure.set(e);
    }
  }

  private void checkSink() {
    Throwable failure = sinkFailure.get();
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }

  private void tell(WarehouseFill fill, Star star, Lsn goal, boolean fed) {
    fill.finish(star, listener)
        .forEach(
            (table, rows) ->
                listener.says(String.format(Locale.ROOT, "  %s: %,d rows", table, rows)));
    listener.says(
        into
            + " shows what the source had at "
            + goal
            + ". To feed it from now on, stop the "
            + (fed ? "sink and start it" : "sink and the transform and start them")
            + " with --warehouse "
            + into);
  }

  /** The end of what the source has; the message makes sure that an epoch comes up to there. */
  private Lsn now() {
    try (Connection connection = plan.source().connect("headrace replay");
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT pg_logical_emit_message(true, 'headrace', '')")) {
      row.next();
      return Lsn.parse(row.getString(1));
    } catch (SQLException e) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The source's position cannot be read from " + plan.source() + ": " + e.getMessage(),
          e);
    }
  }

  private static StageException stopped() {
    return new StageException(
        StageException.Kind.FAILED,
        "The filling has been stopped; started again, it goes on where it was");
  }

  /** Asks it to end, from any thread. */
  public void stop() {
    stopped = true;
  }
}
