package io.headrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import io.headrace.star.Identifiers;
import io.headrace.star.Star;
import io.headrace.star.StarTable;
import io.headrace.wire.EpochMark;
import io.headrace.wire.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds the star of one epoch that lies in the past in a schema of its own: {@link #prepare},
 * {@link #fill}, {@link #finish}. The live star is only asked for its definition. One replay of any
 * kind at a time on a warehouse.
 */
public final class PastStar implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(50);

  /** The comment of a schema that is not finished, and may be dropped by whoever finds it. */
  private static final String UNFINISHED = "headrace replay builds the star of the past here";

  /** PostgreSQL's limit of a name, with room for the end of the second schema's name. */
  private static final int LONGEST_NAME = 63 - "_own".length();

  private final Database warehouse;
  private final String bootstrapServers;
  private final Topics topics;
  private final StageListener listener;
  private final Connection connection;
  private final ReplayLog log;
  private final LiveStar live;
  private final StarPlace place;
  private final Closing closing = new Closing();
  private long id;

  private PastStar(
      Database warehouse,
      String bootstrapServers,
      Topics topics,
      String schema,
      StageListener listener,
      Connection connection,
      LiveStar live) {
    this.warehouse = warehouse;
    this.bootstrapServers = bootstrapServers;
    this.topics = topics;
    this.listener = listener;
    this.connection = connection;
    this.log = new ReplayLog(connection);
    this.live = live;
    this.place = place(schema);
  }

  private static StarPlace place(String schema) {
    return new StarPlace(schema, schema + "_own");
  }

  /**
   * Begins one; nothing is made yet.
   *
   * @param schema where it is to be
   * @throws StageException when another replay is at work, or the warehouse does not say what its
   *     star is
   */
  public static PastStar begin(
      Database warehouse,
      String bootstrapServers,
      Topics topics,
      String schema,
      StageListener listener) {
    refuseName(schema);
    WarehouseSchema.migrateOwn(warehouse);
    Connection connection = null;
    try {
      connection = warehouse.connect("headrace replay");
      ReplayConnection.lock(connection, warehouse);
      LiveStar live = LiveStar.read(connection, StarPlace.LIVE);
      if (live == null || live.files().isEmpty()) {
        throw new StageException(
            StageException.Kind.SETTINGS, warehouse + " does not say what its star's SQL is");
      }
      return new PastStar(warehouse, bootstrapServers, topics, schema, listener, connection, live);
    } catch (SQLException | RuntimeException e) {
      ReplayConnection.close(connection);
      throw e instanceof RuntimeException r ? r : failed(warehouse, (SQLException) e);
    }
  }

  private static void refuseName(String schema) {
    int length = schema.getBytes(UTF_8).length;
    if (length == 0 || length > LONGEST_NAME || schema.startsWith(WarehouseSchema.SCHEMA)) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "The schema's name must have 1 to "
              + LONGEST_NAME
              + " bytes and not begin with "
              + WarehouseSchema.SCHEMA
              + " but was \""
              + schema
              + "\"");
    }
  }

  /** The definition that the live star shows, and that the past one will show. */
  public LiveStar live() {
    return live;
  }

  /** A connection that finds this star's tables, for compiling it against them. */
  public Connection connect() throws SQLException {
    return place.connect(warehouse, "headrace replay");
  }

  /**
   * Makes tables, views and marts like the live ones, empty.
   *
   * @param outline the star as far as it can be told without the warehouse
   * @param generation its name
   * @throws StageException when there is a schema of that name
   */
  public void prepare(Star outline, String generation) {
    guarded(
        () -> {
          for (String schema : List.of(String.valueOf(place.schema()), place.own())) {
            if (comment(connection, schema) != null) {
              throw new StageException(
                  StageException.Kind.SETTINGS,
                  "There is a schema "
                      + schema
                      + " in "
                      + warehouse
                      + " already; name another one");
            }
          }
          id = log.begin(live.generation(), generation);
          log.past(id, String.valueOf(place.schema()));
          ReplayConnection.inTransaction(
              connection,
              () -> {
                StarRelations star =
                    StarRelations.read(
                        connection, outline.tables().stream().map(StarTable::name).toList());
                ShadowScript script =
                    ShadowScript.of(connection, star, String.valueOf(place.schema()));
                Shadow.create(place, connection, star, script, generation);
                comment(String.valueOf(place.schema()), UNFINISHED);
                comment(place.own(), UNFINISHED);
                return star;
              });
        });
  }

  /**
   * Fills the tables until they show an epoch, and then the marts.
   *
   * @param star compiled against this star's tables, under its own generation
   * @param epoch the first that its fact topics have
   * @param alive throws when something that this waits for has failed
   */
  public void fill(Star star, long epoch, Runnable alive) {
    guarded(
        () -> {
          OwnSink sink =
              OwnSink.start(
                  new SinkSettings(warehouse, bootstrapServers, topics, place, null, epoch),
                  star,
                  listener);
          try {
            while (!shows(epoch)) {
              rest(sink, alive);
            }
          } finally {
            sink.stop();
          }
          MartRefresh.refresh(warehouse, place, listener);
        });
  }

  private boolean shows(long epoch) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT epoch FROM " + place.own("position"))) {
      if (!row.next()) {
        return false;
      }
      if (row.getLong(1) != epoch) {
        throw new IllegalStateException(
            "epoch " + epoch + " was to be shown but is " + row.getLong(1));
      }
      return true;
    }
  }

  private void rest(OwnSink sink, Runnable alive) {
    if (closing.pause(LOOK)) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The replay has been stopped; nothing of it is left, and the live star is as it was");
    }
    alive.run();
    sink.check();
  }

  /**
   * Takes away what was only needed to build it, and says in the schema's comment what it shows.
   *
   * @return the comment
   */
  public String finish(EpochMark shown) {
    String sentence =
        "The star as the source was after its commit at "
            + shown.lsn()
            + ", committed "
            + shown.committed()
            + " (epoch "
            + shown.number()
            + ")";
    guarded(
        () ->
            ReplayConnection.inTransaction(
                connection,
                () -> {
                  drop(connection, place.own());
                  comment(String.valueOf(place.schema()), sentence);
                  log.finished(id);
                  return sentence;
                }));
    return sentence;
  }

  /**
   * Takes away what replays into the past have left unfinished in the warehouse, this one's too.
   *
   * @return what they have left in Kafka, to be told of with {@link #cleaned}
   */
  public List<StarReplay.Remains> clean() {
    List<StarReplay.Remains> remains = new ArrayList<>();
    guarded(() -> remains.addAll(clean(connection, log)));
    return remains;
  }

  static List<StarReplay.Remains> clean(Connection connection, ReplayLog log) throws SQLException {
    List<StarReplay.Remains> remains = new ArrayList<>();
    for (ReplayLog.Past past : log.past()) {
      StarPlace left = place(past.schema());
      for (String schema : List.of(past.schema(), left.own())) {
        if (UNFINISHED.equals(comment(connection, schema))) {
          drop(connection, schema);
        }
      }
      remains.add(new StarReplay.Remains(past.id(), past.generation()));
    }
    return remains;
  }

  /** Kafka has been cleaned, too. */
  public void cleaned(StarReplay.Remains remains) {
    guarded(() -> log.cleaned(remains.id()));
  }

  /** A schema's comment; empty when it has none, null when there is no such schema. */
  private static @Nullable String comment(Connection connection, String schema)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT coalesce(obj_description(oid, 'pg_namespace'), '')"
                + " FROM pg_namespace WHERE nspname = ?")) {
      select.setString(1, schema);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }

  private void comment(String schema, String text) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "COMMENT ON SCHEMA "
              + Identifiers.quote(schema)
              + " IS '"
              + text.replace("'", "''")
              + "'");
    }
  }

  private static void drop(Connection connection, String schema) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS " + Identifiers.quote(schema) + " CASCADE");
    }
  }

  private interface Work {
    void run() throws SQLException, InterruptedException;
  }

  private void guarded(Work work) {
    try {
      work.run();
    } catch (SQLException e) {
      log.failed(id, new SqlFailure(e).sentence());
      throw failed(warehouse, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StageException(StageException.Kind.FAILED, "interrupted", e);
    } catch (RuntimeException e) {
      log.failed(id, e.getMessage());
      throw e;
    }
  }

  private static StageException failed(Database warehouse, SQLException e) {
    return new StageException(
        StageException.Kind.FAILED,
        "The replay cannot go on in " + warehouse + ": " + new SqlFailure(e).sentence(),
        e);
  }

  /** Asks one that waits to end, from any thread. */
  public void stop() {
    closing.wish();
  }

  @Override
  public void close() {
    closing.wish();
    ReplayConnection.close(connection);
  }
}
