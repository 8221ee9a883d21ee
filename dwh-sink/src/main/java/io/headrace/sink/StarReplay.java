package io.headrace.sink;

import static java.util.stream.Collectors.joining;

import io.headrace.sink.ReplayFailpoints.Point;
import io.headrace.sink.SameEpoch.Epochs;
import io.headrace.sink.StarRelations.Relation;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import io.headrace.star.Identifiers;
import io.headrace.star.Star;
import io.headrace.star.StarTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the star once more beside the live one and puts it in its place: {@link #prepare}, {@link
 * #fill}, {@link #compare}, {@link #swap}, {@link #clean}. One at a time on a warehouse. The live
 * star is not touched before the swap, which is one transaction; a replay that was interrupted goes
 * on where it was when it is started again.
 */
public final class StarReplay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StarReplay.class);

  /** Epochs that the shadow may be behind when the live star is held for it: about a second. */
  private static final long NEARLY = 25;

  private static final Duration LOOK = Duration.ofMillis(50);

  /** How long merges into the live star wait in one piece. */
  private static final Duration HOLD = Duration.ofSeconds(5);

  private static final Duration REST = Duration.ofSeconds(2);
  private static final Duration MEET = Duration.ofSeconds(20);
  private static final Duration TELL = Duration.ofSeconds(10);

  private final ReplaySettings settings;
  private final StageListener listener;
  private final ReplayFailpoints failpoints;
  private final Connection connection;
  private final ReplayLog log;
  private final LiveStar live;
  private final Closing closing = new Closing();
  private final Set<Long> abandoned = new HashSet<>();
  private @Nullable OwnSink sink;
  private long id;
  private String liveSchema = "";
  private String martsFilled = "";
  private long rows;

  /**
   * What a replay has left in Kafka.
   *
   * @param id the replay's number
   * @param generation the definition whose topics nobody needs any more
   */
  public record Remains(long id, String generation) {}

  private StarReplay(
      ReplaySettings settings,
      StageListener listener,
      ReplayFailpoints failpoints,
      Connection connection,
      LiveStar live) {
    this.settings = settings;
    this.listener = listener;
    this.failpoints = failpoints;
    this.connection = connection;
    this.log = new ReplayLog(connection);
    this.live = live;
  }

  /**
   * Begins one, and takes away what earlier ones have left in the warehouse.
   *
   * @throws StageException when another one is at work, or the warehouse has no star yet
   */
  public static StarReplay begin(
      ReplaySettings settings, StageListener listener, ReplayFailpoints failpoints) {
    WarehouseSchema.migrateOwn(settings.warehouse());
    Connection connection = null;
    try {
      connection = settings.warehouse().connect("headrace replay");
      ReplayConnection.lock(connection, settings.warehouse());
      LiveStar live = LiveStar.read(connection, StarPlace.LIVE);
      if (live == null) {
        throw new StageException(
            StageException.Kind.SETTINGS,
            "There is no star in " + settings.warehouse() + " yet that could be replaced");
      }
      StarReplay replay = new StarReplay(settings, listener, failpoints, connection, live);
      replay.clean();
      return replay;
    } catch (SQLException | RuntimeException e) {
      ReplayConnection.close(connection);
      throw e instanceof RuntimeException r ? r : failed(settings, (SQLException) e);
    }
  }

  /** The definition that the live star shows. */
  public LiveStar live() {
    return live;
  }

  /** A connection that finds the shadow's tables, for compiling the star against them. */
  public Connection connect() throws SQLException {
    return StarPlace.SHADOW.connect(settings.warehouse(), "headrace replay");
  }

  /**
   * Makes the shadow's tables, views and marts, empty, or goes on with those that an interrupted
   * replay has made.
   *
   * @param star what is to be built, as far as it can be told without the warehouse
   * @param migrations the folder of the star's migrations; one that is missing has none
   * @throws StageException when something that hangs on the star would be lost
   */
  public void prepare(Star star, Path migrations) {
    guarded(
        () -> {
          id = log.begin(live.generation(), star.generation());
          List<String> names = star.tables().stream().map(StarTable::name).toList();
          StarRelations relations =
              ReplayConnection.inTransaction(
                  connection,
                  () -> {
                    StarRelations read = StarRelations.read(connection, names);
                    refuse(read, Obstacles.find(connection, read));
                    abandon(read);
                    ShadowScript script = ShadowScript.of(connection, read, Shadow.schema());
                    if (Shadow.stands(connection, star.generation(), script)) {
                      listener.says("Goes on with the star that an earlier replay has begun.");
                    } else {
                      Shadow.create(connection, read, script, star.generation());
                    }
                    return read;
                  });
          liveSchema = relations.schema();
          if (Files.isDirectory(migrations)) {
            WarehouseSchema.migrateShadow(settings.warehouse(), migrations, liveSchema);
          }
          ReplayConnection.inTransaction(
              connection,
              () -> {
                StarRelations.setPath(connection, Obstacles.path(Shadow.PLACE, relations));
                refuse(relations, Obstacles.brokenViews(connection, relations, Shadow.PLACE));
                return relations;
              });
          failpoints.at(Point.PREPARED);
          return relations;
        });
  }

  /**
   * A star of one of a star's tables.
   *
   * @throws StageException when it has none of that name
   */
  public static Star only(Star star, String table) {
    List<StarTable> found =
        star.tables().stream().filter(each -> each.name().equals(table)).toList();
    if (found.isEmpty()) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "The star has no table "
              + table
              + "; it has "
              + star.tables().stream().map(StarTable::name).collect(joining(", ")));
    }
    return new Star(found, star.sources(), star.generation(), star.files());
  }

  /**
   * Makes the shadow of one table, empty, or goes on with that of an interrupted replay.
   *
   * @param only as {@link #only} gives it, of the definition that is live
   */
  public void prepareTable(Star only) {
    guarded(
        () -> {
          id = log.begin(live.generation(), only.generation());
          return ReplayConnection.inTransaction(
              connection,
              () -> {
                Relation table = relation(only);
                if (Shadow.createOnly(connection, table, only.generation())) {
                  listener.says("Goes on with the table that an earlier replay has begun.");
                }
                return table;
              });
        });
  }

  private Relation relation(Star only) throws SQLException {
    List<String> names = only.tables().stream().map(StarTable::name).toList();
    return StarRelations.read(connection, names).tables().get(0);
  }

  /** Views of others that headrace may not replace stay with the old star. */
  private void abandon(StarRelations relations) throws SQLException {
    for (Relation view : Obstacles.kept(relations)) {
      if (!Obstacles.mayReplace(connection, view)) {
        abandoned.add(view.oid());
      }
    }
  }

  private void refuse(StarRelations relations, List<String> obstacles) {
    if (obstacles.isEmpty()) {
      return;
    }
    String list = String.join("\n  ", obstacles);
    if (settings.force()) {
      listener.says("Lost with the old star:\n  " + list);
      Obstacles.kept(relations).stream()
          .filter(view -> obstacles.stream().anyMatch(o -> o.startsWith("view " + view + ":")))
          .forEach(view -> abandoned.add(view.oid()));
      return;
    }
    throw new StageException(
        StageException.Kind.SETTINGS,
        "These hang on the star in "
            + relations.schema()
            + " and would not survive; take them away first, or accept it with --force:\n  "
            + list);
  }

  /**
   * Fills the shadow until it has nearly caught up with the live star, then its marts.
   *
   * @param star compiled against the shadow's tables
   * @param alive throws when something that this waits for has failed
   */
  public void fill(Star star, Runnable alive) {
    guarded(
        () -> {
          catchUp(star, alive);
          listener.says("The new star has caught up with the live one; fills its marts.");
          MartRefresh.refresh(settings.warehouse(), Shadow.PLACE, listener);
          martsFilled = OldSnapshots.now(connection);
          failpoints.at(Point.FILLED);
          return star;
        });
  }

  /** Fills the shadow of one table until it has nearly caught up. */
  public void fillTable(Star only, Runnable alive) {
    guarded(
        () -> {
          catchUp(only, alive);
          try (Statement statement = connection.createStatement()) {
            for (StarTable table : only.tables()) {
              statement.execute(
                  "ANALYZE "
                      + Identifiers.quote(Shadow.schema())
                      + "."
                      + Identifiers.quote(table.name()));
            }
          }
          failpoints.at(Point.FILLED);
          return only;
        });
  }

  private void catchUp(Star star, Runnable alive) throws SQLException {
    startSink(star);
    while (!nearlyThere(Epochs.read(connection))) {
      rest(LOOK, alive);
    }
  }

  private void startSink(Star star) {
    sink =
        OwnSink.start(
            new SinkSettings(
                settings.warehouse(),
                settings.bootstrapServers(),
                settings.topics(),
                Shadow.PLACE,
                null),
            star,
            listener);
  }

  private static boolean nearlyThere(Epochs epochs) {
    return epochs.shadow() >= 0 && epochs.shadow() >= epochs.live() - NEARLY;
  }

  /**
   * Compares the two stars at one epoch. Merges into the live star wait for some milliseconds only:
   * what is compared is a snapshot.
   *
   * @return empty when the two did not meet, because nothing feeds the live star
   */
  public Optional<StarComparison> compare(Star star, Runnable alive) {
    return guarded(
        () -> {
          try (Connection snapshot = settings.warehouse().connect("headrace replay")) {
            if (!takeSnapshot(snapshot, alive)) {
              listener.says(
                  "Not compared: the live star stands still, so the two are never at the same commit.");
              return Optional.empty();
            }
            StarComparison comparison = StarComparison.of(snapshot, star, liveSchema);
            rows = comparison.rows();
            return Optional.of(comparison);
          }
        });
  }

  /**
   * Somebody else's look at the shadow between {@link #fill} and {@link #swap}; what it throws ends
   * this replay, and the shadow is kept.
   */
  public void examine(Runnable look) {
    guarded(
        () -> {
          look.run();
          return closing;
        });
  }

  /** Throws when the shadow is no longer fed. */
  public void mustBeFed() {
    check(() -> {});
  }

  private boolean takeSnapshot(Connection snapshot, Runnable alive)
      throws SQLException, InterruptedException {
    try (SameEpoch both = meet(alive)) {
      if (both == null) {
        return false;
      }
      snapshot.setAutoCommit(false);
      snapshot.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      return Epochs.read(snapshot).same();
    }
  }

  private @Nullable SameEpoch meet(Runnable alive) throws SQLException, InterruptedException {
    return SameEpoch.reach(
        settings.warehouse(),
        connection,
        MEET,
        () -> {
          check(alive);
          return closing.wished();
        });
  }

  /**
   * Puts the shadow in the live star's place. Readers wait for some milliseconds at most.
   *
   * @throws StageException when readers are in the way for too long
   */
  public void swap(Star star, Runnable alive) {
    guarded(
        () -> {
          log.state(id, "swapping");
          long deadline = System.nanoTime() + settings.patience().toNanos();
          awaitOldSnapshots(martsFilled, deadline, alive);
          while (!swapHeld(star, alive)) {
            if (System.nanoTime() > deadline) {
              throw new StageException(
                  StageException.Kind.FAILED,
                  "The star could not be swapped within "
                      + settings.patience().toMinutes()
                      + " minutes, because transactions that read it did not end; the new star is kept,"
                      + " start the replay again");
            }
            rest(REST, alive);
          }
          failpoints.at(Point.SWAPPED);
          return star;
        });
  }

  /**
   * Changes the rows of a live table that are not as its shadow has them, both at one epoch, and
   * takes the shadow away, in one transaction. Readers do not wait; merges do.
   *
   * @return what was found to be mended
   * @throws StageException when it cannot be done; the table is then as it was
   */
  public StarComparison.Table mend(Star only, Runnable alive) {
    return guarded(
        () -> {
          log.state(id, "swapping");
          try (SameEpoch both = meet(alive)) {
            if (both == null) {
              throw new StageException(
                  StageException.Kind.FAILED,
                  "The live star does not come to where its topics are, so it cannot be compared: is the sink"
                      + " running? Nothing was changed");
            }
            stopSink(); // it may hold locks on what is to be taken away
            return ReplayConnection.inTransaction(connection, () -> mend(only));
          }
        });
  }

  private StarComparison.Table mend(Star only) throws SQLException {
    StarTable table = only.tables().get(0);
    StarComparison.Table found = new TableMend(table, relation(only)).run(connection);
    log.mended(id, found.rows());
    Shadow.drop(connection);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET CONSTRAINTS ALL IMMEDIATE");
    }
    failpoints.at(Point.BEFORE_COMMIT);
    return found;
  }

  private void awaitOldSnapshots(String since, long deadline, Runnable alive)
      throws SQLException, InterruptedException {
    long told = System.nanoTime() - TELL.toNanos();
    String holders = OldSnapshots.older(connection, since);
    while (!holders.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new StageException(
            StageException.Kind.FAILED,
            "These transactions still read the warehouse as it was before the new star was whole, and would find it"
                + " empty: "
                + holders
                + ". Let them end and start the replay again");
      }
      if (System.nanoTime() - told > TELL.toNanos()) {
        told = System.nanoTime();
        listener.says(
            "Waits for transactions that began before the new star was whole: " + holders);
      }
      rest(LOOK, alive);
      holders = OldSnapshots.older(connection, since);
    }
  }

  /** With merges held, for as long as that is bearable. */
  private boolean swapHeld(Star star, Runnable alive) throws SQLException, InterruptedException {
    try (SameEpoch both = meet(alive)) {
      if (both == null) {
        listener.says("The live star stands still; the new one, which is ahead, takes its place.");
      }
      String since = OldSnapshots.now(connection);
      long end = System.nanoTime() + HOLD.toNanos();
      while (!OldSnapshots.older(connection, since).isEmpty()) {
        if (System.nanoTime() > end) {
          listener.says(
              "The swap waits for transactions to end: " + OldSnapshots.older(connection, since));
          return false;
        }
        rest(Duration.ofMillis(5), alive);
      }
      stopSink(); // it may hold locks on what is to be moved
      for (int attempt = 1; System.nanoTime() < end; attempt++) {
        if (attempt(star, attempt)) {
          return true;
        }
        rest(Duration.ofMillis(ThreadLocalRandom.current().nextInt(20, 200)), alive);
      }
      listener.says("The swap waits for readers of the star to end.");
      startSink(star);
      return false;
    }
  }

  private boolean attempt(Star star, int attempt) throws SQLException {
    Swap swap = new Swap(id, star, Set.copyOf(abandoned), settings.keepOld(), rows, attempt);
    connection.setAutoCommit(false);
    try {
      boolean done = swap.attempt(connection, () -> failpoints.at(Point.BEFORE_COMMIT));
      LOG.info("swap attempted attempt={} done={}", attempt, done);
      return done;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  /**
   * Takes away what replays have left in the warehouse.
   *
   * @return what they have left in Kafka, to be told of with {@link #cleaned}
   */
  public List<Remains> clean() {
    return guarded(
        () -> {
          List<Remains> remains = new ArrayList<>(PastStar.clean(connection, log));
          for (ReplayLog.Swapped swapped : log.swapped()) {
            if (swapped.oldSchema() != null) {
              Swap.dropOld(connection, swapped.oldSchema());
            }
            if (swapped.from().equals(swapped.to())) {
              log.cleaned(swapped.id());
            } else {
              remains.add(new Remains(swapped.id(), swapped.from()));
            }
          }
          return remains;
        });
  }

  /** Kafka has been cleaned, too. */
  public void cleaned(Remains remains) {
    guarded(
        () -> {
          log.cleaned(remains.id());
          return remains;
        });
  }

  private <T> T guarded(ReplayConnection.Work<T> work) {
    try {
      return work.run();
    } catch (SQLException e) {
      log.failed(id, new SqlFailure(e).sentence());
      throw failed(settings, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw stopped();
    } catch (RuntimeException e) {
      log.failed(id, e.getMessage());
      throw e;
    }
  }

  private void rest(Duration duration, Runnable alive) {
    if (closing.pause(duration)) {
      throw stopped();
    }
    check(alive);
  }

  private void check(Runnable alive) {
    alive.run();
    OwnSink running = sink;
    if (running != null) {
      running.check();
    }
  }

  private static StageException stopped() {
    return new StageException(
        StageException.Kind.FAILED,
        "The replay has been stopped. The live star is as it was; started again, the replay goes on where it was");
  }

  private static StageException failed(ReplaySettings settings, SQLException e) {
    return new StageException(
        StageException.Kind.FAILED,
        "The replay cannot go on in " + settings.warehouse() + ": " + new SqlFailure(e).sentence(),
        e);
  }

  private void stopSink() {
    OwnSink running = sink;
    if (running == null) {
      return;
    }
    try {
      running.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks a replay that waits to end, from any thread. */
  public void stop() {
    closing.wish();
  }

  /** The schema in which the live star is. */
  public String schema() {
    return Identifiers.quote(liveSchema);
  }

  @Override
  public void close() {
    closing.wish();
    stopSink();
    ReplayConnection.close(connection);
  }
}
