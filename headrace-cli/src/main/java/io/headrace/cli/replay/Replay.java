package io.headrace.cli.replay;

import io.headrace.sink.LiveStar;
import io.headrace.sink.ReplayFailpoints;
import io.headrace.sink.ReplaySettings;
import io.headrace.sink.StarComparison;
import io.headrace.sink.StarPlace;
import io.headrace.sink.StarReplay;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import io.headrace.star.GenerationName;
import io.headrace.star.Star;
import io.headrace.star.StarCompiler;
import io.headrace.star.StarFile;
import io.headrace.star.StarFiles;
import io.headrace.verify.LiveAligner;
import io.headrace.verify.Method;
import io.headrace.verify.ReportText;
import io.headrace.verify.VerificationReport;
import io.headrace.verify.Verifier;
import io.headrace.verify.VerifySettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Builds the star anew from the topics and puts it in the live one's place. When its SQL has
 * changed, a transform for the new SQL runs here, beside the one that feeds the live star; after
 * the swap it goes on until another process has taken its work.
 */
public final class Replay {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration OLD_ENDS = Duration.ofSeconds(30);
  private static final long LOOK_MILLIS = 250;

  private final ReplayPlan plan;
  private final StageListener listener;
  private final ReplayFailpoints failpoints;
  private volatile @Nullable OwnTransform own;
  private volatile @Nullable StarReplay running;
  private volatile boolean stopped;

  /** A replay that has not begun. */
  public Replay(ReplayPlan plan, StageListener listener) {
    this(plan, listener, ReplayFailpoints.NONE);
  }

  /** For tests. */
  public Replay(ReplayPlan plan, StageListener listener, ReplayFailpoints failpoints) {
    this.plan = plan;
    this.listener = listener;
    this.failpoints = failpoints;
  }

  /**
   * Does it all.
   *
   * @throws StageException when it cannot; the live star is then as it was
   */
  public void run() {
    List<StarFile> files = StarFiles.read(plan.sql());
    Star compiled = Definition.compile(files, plan.source());
    ReplaySettings settings =
        new ReplaySettings(
            plan.warehouse(),
            plan.kafka(),
            plan.topics(),
            plan.force(),
            plan.force() || plan.rejoin(),
            plan.keepOld(),
            PATIENCE);
    try (StarReplay replay = StarReplay.begin(settings, listener, failpoints);
        KafkaRemains kafka = new KafkaRemains(plan.kafka(), plan.topics())) {
      running = replay;
      clean(replay, kafka, replay.live().generation());
      boolean sameSql = replay.live().shows(compiled);
      Star outline = named(compiled, replay.live());
      cleanAbandoned(replay, kafka, outline.generation());
      if (replay.swappedBefore() && sameSql && !plan.rejoin() && plan.table() == null) {
        listener.says(
            "An earlier replay had swapped already and was interrupted after that; what it had left is taken away."
                + " To build the star anew once more, start this again.");
        return;
      }
      if (plan.table() != null) {
        mend(replay, files, StarReplay.only(outline, plan.table()), sameSql);
        return;
      }
      boolean fromFacts = sameSql && !plan.rejoin();
      listener.says(
          fromFacts
              ? "Builds the star anew from its facts."
              : "Joins the star "
                  + (sameSql ? "anew" : "by its new SQL")
                  + " ("
                  + outline.generation()
                  + ") beside the live one ("
                  + replay.live().generation()
                  + ").");
      if (!fromFacts) {
        kafka.mustBeCaptured(outline);
      }
      replay.prepare(outline, plan.sql().resolve("warehouse"));
      Star star = compile(files, replay).named(outline.generation());
      if (fromFacts) {
        build(replay, star);
      } else {
        buildWithTransform(replay, star, kafka);
      }
      clean(replay, kafka, star.generation());
    }
  }

  /** By the name of its facts, which other ones get that are joined anew. */
  private Star named(Star compiled, LiveStar live) {
    Star star = live.named(compiled);
    return plan.rejoin()
        ? star.named(GenerationName.parse(star.generation()).next().toString())
        : star;
  }

  /** One table, where it stands. */
  private void mend(StarReplay replay, List<StarFile> files, Star only, boolean sameSql) {
    String table = only.tables().get(0).name();
    if (!sameSql) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "The table "
              + table
              + " alone can only be built by the SQL of the live star, but that in "
              + plan.sql()
              + " is another: ./headrace replay goes over to it");
    }
    listener.says("Builds " + table + " anew from its facts.");
    replay.prepareTable(only);
    Star star = StarReplay.only(compile(files, replay).named(only.generation()), table);
    replay.fillTable(star, this::check);
    if (plan.verify()) {
      replay.examine(() -> verify(replay, star));
    }
    StarComparison.Table found = replay.mend(star, this::check);
    listener.says("  " + found);
    listener.says(
        found.equal()
            ? "There was nothing to mend."
            : "The table is mended; its marts are as old as their last refresh.");
  }

  private void buildWithTransform(StarReplay replay, Star star, KafkaRemains kafka) {
    OwnTransform transform = OwnTransform.start(plan.joining(), star, listener);
    own = transform;
    try {
      build(replay, star);
      handOver(star, kafka);
    } finally {
      transform.close();
    }
    transform.forgetState();
  }

  private void build(StarReplay replay, Star star) {
    replay.fill(star, this::check);
    Optional<StarComparison> comparison = replay.compare(star, this::check);
    comparison.ifPresent(found -> found.tables().forEach(t -> listener.says("  " + t)));
    if (plan.verify()) {
      replay.examine(() -> verify(replay, star));
    }
    replay.swap(star, this::check);
    listener.says("The new star is live.");
  }

  /** The new star beside the source, at one commit, while both go on. */
  private void verify(StarReplay replay, Star star) {
    VerifySettings settings = VerifySettings.all();
    VerificationReport report =
        new Verifier(
                star,
                star.files(),
                plan.warehouse(),
                StarPlace.SHADOW,
                listener,
                () -> {
                  check();
                  replay.mustBeFed();
                  return stopped;
                })
            .verify(
                settings,
                new Method.Aligned(
                    new LiveAligner(
                        plan.source(),
                        plan.warehouse(),
                        StarPlace.SHADOW,
                        plan.kafka(),
                        plan.topics(),
                        settings.patience(),
                        listener)));
    ReportText.lines(report, settings.shown(), false).forEach(listener::says);
    if (!report.equal()) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The live star is as it was, because the new one differs from the source (verification "
              + report.id()
              + "). The new one is kept, in the schema "
              + StarPlace.SHADOW.schema()
              + "; started again, the replay goes on with it");
    }
  }

  private void check() {
    if (stopped) {
      return; // whoever waits is told by the replay itself
    }
    OwnTransform transform = own;
    if (transform != null) {
      transform.check();
    }
  }

  private void handOver(Star star, KafkaRemains kafka) {
    long deadline = System.nanoTime() + plan.handOver().toNanos();
    while (kafka.members(star.generation()) <= plan.threads()) {
      if (System.nanoTime() > deadline || stopped) {
        listener.says(
            "No other transform has taken over; the next up or transform that starts with this SQL goes on.");
        return;
      }
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Takes away what replays have left, but never anything of the star that is live. */
  private void clean(StarReplay replay, KafkaRemains kafka, String live) {
    for (StarReplay.Remains remains : replay.clean()) {
      if (remains.generation().equals(live) || kafka.remove(remains.generation(), OLD_ENDS)) {
        replay.cleaned(remains);
      } else {
        replay.kept(remains, "a transform by the old SQL was still at work");
        listener.says(
            "A transform still joins by the old SQL ("
                + remains.generation()
                + "): stop it; the next replay takes its topics away.");
      }
    }
  }

  /** Also what earlier definitions have in Kafka that went without a replay, or never came. */
  private static void cleanAbandoned(StarReplay replay, KafkaRemains kafka, String building) {
    List<String> abandoned = new ArrayList<>(replay.abandoned());
    abandoned.remove(building);
    for (String generation : kafka.present(abandoned)) {
      if (kafka.members(generation) == 0) {
        kafka.remove(generation, Duration.ZERO);
      }
    }
  }

  private Star compile(List<StarFile> files, StarReplay replay) {
    try (Connection from = plan.source().connect("headrace");
        Connection to = replay.connect()) {
      return StarCompiler.compile(files, from, to);
    } catch (SQLException e) {
      throw Definition.unreachable(plan.source(), e);
    }
  }

  /** Asks it to end, from any thread. */
  public void stop() {
    stopped = true;
    StarReplay replay = running;
    if (replay != null) {
      replay.stop();
    }
  }
}
