package io.headrace.sink;

import static java.util.stream.Collectors.joining;

import io.headrace.sink.ReplayFailpoints.Point;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import io.headrace.star.Identifiers;
import io.headrace.star.Star;
import io.headrace.star.StarTable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Builds the star once more beside the live one and puts it in its place: {@link #prepare}, {@link
 * #fill}, {@link #compare}, {@link #swap}, {@link #clean}. One at a time on a warehouse. The live
 * star is not touched before the swap, which is one transaction; a replay that was interrupted goes
 * on where it was when it is started again.
 */
public final class StarReplay implements AutoCloseable {
  private final ReplayWork work;
  private final LiveStar live;
  private final ShadowTables tables;
  private final ShadowFeed feed;
  private boolean swappedBefore;
  private String filled = "";
  private long rows;

  /**
   * What a replay has left in Kafka.
   *
   * @param id the replay's number
   * @param generation the definition whose topics nobody needs any more
   */
  public record Remains(long id, String generation) {}

  private StarReplay(ReplayWork work, LiveStar live) {
    this.work = work;
    this.live = live;
    this.tables = new ShadowTables(work);
    this.feed = new ShadowFeed(work);
  }

  /**
   * Begins one, and takes away what earlier ones have left in the warehouse.
   *
   * @throws StageException when another one is at work, the warehouse is paused or has no star yet
   */
  public static StarReplay begin(
      ReplaySettings settings, StageListener listener, ReplayFailpoints failpoints) {
    WarehouseSchema.migrateOwn(settings.warehouse());
    Connection connection = null;
    try {
      connection = settings.warehouse().connect("headrace replay");
      ReplayConnection.lock(connection, settings.warehouse());
      Pause.refuse(connection);
      LiveStar live = LiveStar.read(connection, StarPlace.LIVE);
      if (live == null) {
        throw new StageException(
            StageException.Kind.SETTINGS,
            "There is no star in " + settings.warehouse() + " yet that could be replaced");
      }
      StarReplay replay =
          new StarReplay(new ReplayWork(settings, listener, failpoints, connection), live);
      replay.swappedBefore =
          replay.work.log().swapped().stream()
              .anyMatch(swapped -> swapped.interrupted() && swapped.to().equals(live.generation()));
      replay.clean();
      String missing = OldSnapshots.missingRight(connection);
      if (missing != null) {
        listener.says(missing);
      }
      return replay;
    } catch (SQLException | RuntimeException e) {
      ReplayConnection.close(connection);
      throw e instanceof RuntimeException r ? r : ReplayWork.failed(settings, (SQLException) e);
    }
  }

  /** The definition that the live star shows. */
  public LiveStar live() {
    return live;
  }

  /** Whether an earlier one made the live star and was interrupted before it had cleaned up. */
  public boolean swappedBefore() {
    return swappedBefore;
  }

  /** The definitions that this warehouse showed, or was to show, and does not. */
  public List<String> abandoned() {
    return work.step(() -> work.log().abandoned(live.generation()));
  }

  /** A connection that finds the shadow's tables, for compiling the star against them. */
  public Connection connect() throws SQLException {
    return StarPlace.SHADOW.connect(work.settings().warehouse(), "headrace replay");
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
    work.step(
        () -> {
          work.begin(live.generation(), star.generation());
          tables.prepare(star, migrations);
          work.at(Point.PREPARED);
          return star;
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
    work.step(
        () -> {
          work.begin(live.generation(), only.generation());
          tables.prepareTable(only);
          return only;
        });
  }

  /**
   * Fills the shadow until it has nearly caught up with the live star, then its marts.
   *
   * @param star compiled against the shadow's tables
   * @param alive throws when something that this waits for has failed
   */
  public void fill(Star star, Runnable alive) {
    work.step(
        () -> {
          feed.catchUp(star, alive);
          work.says("The new star has caught up with the live one; fills its marts.");
          MartRefresh.refresh(work.settings().warehouse(), Shadow.PLACE, work.listener());
          filled = OldSnapshots.now(work.connection());
          work.at(Point.FILLED);
          return star;
        });
  }

  /** Fills the shadow of one table until it has nearly caught up. */
  public void fillTable(Star only, Runnable alive) {
    work.step(
        () -> {
          feed.catchUp(only, alive);
          try (Statement statement = work.connection().createStatement()) {
            for (StarTable table : only.tables()) {
              statement.execute(
                  "ANALYZE "
                      + Identifiers.quote(Shadow.schema())
                      + "."
                      + Identifiers.quote(table.name()));
            }
          }
          work.at(Point.FILLED);
          return only;
        });
  }

  /**
   * Compares the two stars at one epoch. Merges into the live star wait for some milliseconds only:
   * what is compared is a snapshot.
   *
   * @return empty when the live star stands still, and that is accepted
   * @throws StageException when it stands still, and that is not accepted
   */
  public Optional<StarComparison> compare(Star star, Runnable alive) {
    return work.step(
        () -> {
          Pause.refuse(work.connection());
          try (Connection snapshot = work.settings().warehouse().connect("headrace replay")) {
            if (!feed.snapshot(snapshot, alive)) {
              feed.acceptStandingStill();
              return Optional.empty();
            }
            StarComparison comparison = StarComparison.of(snapshot, star, tables.liveSchema());
            rows = comparison.rows();
            tellLetters(SwapLetters.waiting(snapshot, Shadow.PLACE));
            return Optional.of(comparison);
          }
        });
  }

  private void tellLetters(long waiting) {
    if (waiting > 0) {
      work.says(
          "The new star lacks "
              + waiting
              + (waiting == 1 ? " row" : " rows")
              + " or has it as it was before: dead letters, which wait there as they will in the live star.");
    }
  }

  /**
   * Somebody else's look at the shadow between {@link #fill} and {@link #swap}; what it throws ends
   * this replay, and the shadow is kept.
   */
  public void examine(Runnable look) {
    work.step(
        () -> {
          look.run();
          return live;
        });
  }

  /** Throws when the shadow is no longer fed. */
  public void mustBeFed() {
    feed.check(() -> {});
  }

  /**
   * Puts the shadow in the live star's place. Readers wait for some milliseconds at most.
   *
   * @throws StageException when readers are in the way for too long
   */
  public void swap(Star star, Runnable alive) {
    work.step(
        () -> {
          Pause.refuse(work.connection());
          work.log().state(work.id(), "swapping");
          new SwapWait(
                  work,
                  feed,
                  star,
                  alive,
                  attempt ->
                      new Swap(
                          work.id(),
                          star,
                          tables.abandoned(),
                          work.settings().keepOld(),
                          rows,
                          attempt))
              .run(filled);
          work.at(Point.SWAPPED);
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
    return work.step(
        () -> {
          Pause.refuse(work.connection());
          work.log().state(work.id(), "swapping");
          try (SameEpoch both = feed.meet(alive)) {
            if (both == null) {
              throw new StageException(
                  StageException.Kind.FAILED,
                  "The live star does not come to where its topics are, so it cannot be compared: is the sink"
                      + " running? Nothing was changed");
            }
            feed.stop(); // it may hold locks on what is to be taken away
            return work.inTransaction(() -> mend(only));
          }
        });
  }

  private StarComparison.Table mend(Star only) throws SQLException {
    Connection connection = work.connection();
    StarTable table = only.tables().get(0);
    StarComparison.Table found =
        new TableMend(table, ShadowTables.relation(connection, only)).run(connection);
    SwapLetters.move(connection, Shadow.PLACE, List.of(table.name()), null);
    work.log().mended(work.id(), found.rows());
    Shadow.drop(connection);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET CONSTRAINTS ALL IMMEDIATE");
    }
    work.at(Point.BEFORE_COMMIT);
    return found;
  }

  /**
   * Takes away what replays have left in the warehouse.
   *
   * @return what they have left in Kafka, to be told of with {@link #cleaned}
   */
  public List<Remains> clean() {
    return work.step(
        () -> {
          List<Remains> remains = new ArrayList<>(PastStar.clean(work.connection(), work.log()));
          for (ReplayLog.Swapped swapped : work.log().swapped()) {
            if (swapped.oldSchema() != null) {
              Swap.dropOld(work.connection(), swapped.oldSchema());
            }
            if (swapped.from().equals(swapped.to())) {
              work.log().cleaned(swapped.id());
            } else {
              remains.add(new Remains(swapped.id(), swapped.from()));
            }
          }
          return remains;
        });
  }

  /** Kafka has been cleaned, too. */
  public void cleaned(Remains remains) {
    work.step(
        () -> {
          work.log().cleaned(remains.id());
          return remains;
        });
  }

  /** Kafka could not be cleaned yet. */
  public void kept(Remains remains, String why) {
    work.step(
        () -> {
          work.log().kept(remains.id(), why);
          return remains;
        });
  }

  /** Asks a replay that waits to end, from any thread. */
  public void stop() {
    work.stop();
  }

  /** The schema in which the live star is. */
  public String schema() {
    return Identifiers.quote(tables.liveSchema());
  }

  @Override
  public void close() {
    work.stop();
    feed.stop();
    work.close();
  }
}
