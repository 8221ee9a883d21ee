package io.headrace.cli.replay;

import io.headrace.sink.PastStar;
import io.headrace.sink.StarReplay;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import io.headrace.star.SourceTable;
import io.headrace.star.Star;
import io.headrace.star.StarCompiler;
import io.headrace.transform.EpochHistory;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochMark;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Builds the star as it was at a moment in the past, from the topics, in a schema of its own beside
 * the live one. A transform of its own begins with the last epoch before that moment; the sink
 * takes that one epoch.
 */
public final class PastReplay {
  private static final Duration ENDS = Duration.ofSeconds(30);

  private final PastPlan plan;
  private final StageListener listener;
  private final Runnable beforeFinish;
  private volatile @Nullable PastStar running;
  private volatile boolean stopped;

  /** One that has not begun. */
  public PastReplay(PastPlan plan, StageListener listener) {
    this(plan, listener, () -> {});
  }

  /** For tests, which may look on, or let it fail, when all is filled. */
  public PastReplay(PastPlan plan, StageListener listener, Runnable beforeFinish) {
    this.plan = plan;
    this.listener = listener;
    this.beforeFinish = beforeFinish;
  }

  /**
   * Does it all.
   *
   * @return the commit of the source that the schema shows
   * @throws StageException when it cannot; nothing is left of it then
   */
  public EpochMark run() {
    try (PastStar past =
            PastStar.begin(plan.warehouse(), plan.kafka(), plan.topics(), plan.schema(), listener);
        KafkaRemains kafka = new KafkaRemains(plan.kafka(), plan.topics())) {
      running = past;
      if (stopped) {
        past.stop();
      }
      clean(past, kafka);
      Star outline = Definition.compile(past.live().files(), plan.source());
      Epoch epoch =
          EpochHistory.at(
              plan.moment(),
              plan.kafka(),
              plan.topics(),
              outline.sources().stream().map(SourceTable::name).toList());
      EpochMark mark = EpochMark.of(epoch);
      String generation = past.live().generation() + "-at-" + epoch.number();
      past.prepare(outline, generation);
      try {
        build(past, outline, generation, mark);
      } catch (RuntimeException e) {
        cleanAfter(e, past, kafka);
        throw e;
      }
      clean(past, kafka);
      return mark;
    }
  }

  private void build(PastStar past, Star outline, String generation, EpochMark mark) {
    listener.says(
        "Builds the star as of "
            + mark.committed()
            + " (epoch "
            + mark.number()
            + ", "
            + mark.lsn()
            + ") in the schema "
            + plan.schema()
            + ".");
    Star compiled = compile(past);
    Star star = new Star(compiled.tables(), compiled.sources(), generation, past.live().files());
    if (!compiled.generation().equals(outline.generation())) {
      throw new IllegalStateException("the star is another one against its own tables");
    }
    LocalState.forget(plan.state());
    fill(past, star, mark.number());
    beforeFinish.run();
    listener.says(past.finish(mark) + " is in the schema " + plan.schema() + ".");
  }

  private void fill(PastStar past, Star star, long epoch) {
    OwnTransform transform = OwnTransform.startAt(epoch, plan.joining(), star, listener);
    try {
      past.fill(star, epoch, transform::check);
    } finally {
      transform.close();
    }
    transform.forgetState();
  }

  private static void cleanAfter(RuntimeException failure, PastStar past, KafkaRemains kafka) {
    try {
      clean(past, kafka);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Takes away what replays of the past have left, this one too. */
  private static void clean(PastStar past, KafkaRemains kafka) {
    for (StarReplay.Remains remains : past.clean()) {
      if (!kafka.remove(remains.generation(), ENDS)) {
        throw new StageException(
            StageException.Kind.FAILED,
            "A transform still joins for an earlier replay ("
                + remains.generation()
                + "): stop it and start this one again");
      }
      past.cleaned(remains);
    }
  }

  private Star compile(PastStar past) {
    try (Connection from = plan.source().connect("headrace");
        Connection to = past.connect()) {
      return StarCompiler.compile(past.live().files(), from, to);
    } catch (SQLException e) {
      throw Definition.unreachable(plan.source(), e);
    }
  }

  /** Asks it to end, from any thread. */
  public void stop() {
    stopped = true;
    PastStar past = running;
    if (past != null) {
      past.stop();
    }
  }
}
