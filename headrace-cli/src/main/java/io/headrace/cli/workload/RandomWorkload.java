package io.headrace.cli.workload;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.star.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes random rows of a source, over and over. Knows no schema: it reads tables, keys and
 * foreign keys from the catalog. The same seed against the same source makes the same changes. Not
 * for several threads, but {@link #close} may come from any.
 */
public final class RandomWorkload implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RandomWorkload.class);

  /**
   * So many transactions in a row may be refused by the source (a CHECK, say) before that is taken
   * for an error.
   */
  private static final int MOST_REFUSALS = 50;

  /** SQLSTATE deadlock_detected. */
  private static final String DEADLOCK = "40P01";

  private final Database source;
  private final List<TableName> tables;
  private final long seed;
  private final WorkloadShape shape;
  private final Random random;
  private final Map<ChangeKind, Long> counts = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<TableShape> shapes = new ArrayList<>();
  private @Nullable Session session;
  private volatile boolean running;
  private int refusals;

  /** What stands while there is a connection. */
  private record Session(Connection connection, Changes changes) {}

  /**
   * Calm changes, see {@link WorkloadShape#CALM}.
   *
   * @param source where to write
   * @param tables which tables to change; each must have a primary key
   * @param seed where chance begins
   */
  public RandomWorkload(Database source, List<TableName> tables, long seed) {
    this(source, tables, seed, WorkloadShape.CALM);
  }

  /** Changes of a given shape. */
  public RandomWorkload(Database source, List<TableName> tables, long seed, WorkloadShape shape) {
    this.source = source;
    this.tables = List.copyOf(tables);
    this.seed = seed;
    this.shape = shape;
    this.random = new Random(seed);
  }

  public long seed() {
    return seed;
  }

  /**
   * How many rows each kind of change has changed so far, in committed transactions; how many times
   * for the last two.
   */
  public Map<ChangeKind, Long> counts() {
    return Map.copyOf(counts);
  }

  /**
   * Changes rows until {@link #close}, then returns.
   *
   * @param changesPerSecond row changes a second, on average; at least 1
   * @throws StageException when the source refuses, or is gone
   */
  public void run(int changesPerSecond) {
    if (changesPerSecond < 1) {
      throw new IllegalArgumentException(
          "changesPerSecond must be at least 1 but was " + changesPerSecond);
    }
    log.info(
        "random workload starts changesPerSecond={} seed={} tables={}",
        changesPerSecond,
        seed,
        tables);
    running = true;
    long start = System.nanoTime();
    long done = 0;
    try {
      while (closed.getCount() > 0) {
        done += transaction();
        long due = start + done * 1_000_000_000L / changesPerSecond;
        long ahead = due - System.nanoTime();
        if (ahead > 0 && closed.await(ahead, TimeUnit.NANOSECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      disconnect();
    }
  }

  /**
   * Makes one random transaction.
   *
   * @return how many rows it changed; at least 1, so that a caller who counts comes to an end
   */
  public int transaction() {
    try {
      return Math.max(1, attempt(session()));
    } catch (SQLException e) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The random workload could not change " + source + ": " + e.getMessage(),
          e);
    }
  }

  /** Copies rows into a table in one transaction. */
  public int copy(TableName table, int rows) {
    return inTransaction(ChangeKind.COPY, table, (changes, named) -> changes.copy(named, rows));
  }

  /** Truncates a table, and those that refer to it, in one transaction. */
  public int truncate(TableName table) {
    return inTransaction(ChangeKind.TRUNCATE, table, Changes::truncate);
  }

  private interface Step {
    int take(Changes changes, TableShape table) throws SQLException;
  }

  private int inTransaction(ChangeKind kind, TableName table, Step step) {
    try {
      Session current = session();
      TableShape named =
          shapes.stream().filter(known -> known.name().equals(table)).findFirst().orElseThrow();
      while (true) {
        try {
          int changed = step.take(current.changes(), named);
          current.connection().commit();
          count(kind, changed);
          return changed;
        } catch (SQLException e) {
          if (!DEADLOCK.equals(e.getSQLState()) || ++refusals > MOST_REFUSALS) {
            throw e;
          }
          takeBack(current);
        }
      }
    } catch (SQLException e) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The random workload could not change " + table + ": " + e.getMessage(),
          e);
    }
  }

  private Session session() throws SQLException {
    if (session == null) {
      session = connect();
    }
    return session;
  }

  private Session connect() throws SQLException {
    Connection connection = source.connect("headrace-workload");
    connection.setAutoCommit(false);
    Map<TableName, TableShape> read = SourceCatalog.read(connection, tables, shape.relations());
    shapes.clear();
    shapes.addAll(read.values());
    Changes changes = new Changes(connection, read, random, shape.nasty());
    connection.commit();
    return new Session(connection, changes);
  }

  private int attempt(Session current) throws SQLException {
    Map<ChangeKind, Long> made = new EnumMap<>(ChangeKind.class);
    try {
      int changed = body(current, made);
      if (shape.nasty() && random.nextInt(15) == 0) {
        takeBack(current);
        count(ChangeKind.ROLLBACK, 1);
        return changed;
      }
      current.connection().commit();
      made.forEach(this::count);
      refusals = 0;
      return changed;
    } catch (SQLException e) {
      // Class 22 and 23: what chance made up breaks a rule of the source, such as a CHECK. Class
      // 40: it met somebody else's locks, as TRUNCATE meets a reader's. Such a transaction is one
      // more that rolls back.
      boolean rollsBack = e.getSQLState() != null && e.getSQLState().matches("(22|23|40).*");
      if (!rollsBack || ++refusals > MOST_REFUSALS) {
        throw e;
      }
      log.debug("random transaction refused seed={}", seed, e);
      takeBack(current);
      count(ChangeKind.ROLLBACK, 1);
      return 0;
    }
  }

  private static void takeBack(Session current) throws SQLException {
    current.connection().rollback();
    current.changes().readKeys();
  }

  private int body(Session current, Map<ChangeKind, Long> made) throws SQLException {
    int length = random.nextInt(4) > 0 ? random.nextInt(1, 4) : random.nextInt(4, 20);
    int changed = 0;
    for (int i = 0; i < length; i++) {
      if (shape.nasty() && random.nextInt(25) == 0) {
        Savepoint savepoint = current.connection().setSavepoint();
        change(current.changes(), new EnumMap<>(ChangeKind.class));
        current.connection().rollback(savepoint);
        current.changes().readKeys();
        made.merge(ChangeKind.SAVEPOINT, 1L, Long::sum);
      }
      changed += change(current.changes(), made);
    }
    return changed;
  }

  private int change(Changes changes, Map<ChangeKind, Long> made) throws SQLException {
    TableShape table = any();
    ChangeKind kind = ChangeMix.next(random, shape);
    boolean grows =
        kind == ChangeKind.INSERT || kind == ChangeKind.BULK_INSERT || kind == ChangeKind.COPY;
    if (grows && changes.size(table) >= cap(table)) {
      kind = ChangeKind.DELETE;
    }
    int changed = make(changes, kind, table);
    made.merge(kind, (long) changed, Long::sum);
    return changed;
  }

  private int make(Changes changes, ChangeKind kind, TableShape table) throws SQLException {
    return switch (kind) {
      case INSERT -> changes.insert(table);
      case BULK_INSERT -> changes.insert(table, random.nextInt(1, shape.bulkRows() + 1));
      case COPY -> changes.copy(table, random.nextInt(1, shape.bulkRows() + 1));
      case UPDATE -> changes.update(table);
      case TOUCH -> changes.touch(table);
      case LARGE_VALUE -> changes.largeValue(table);
      case MOVE -> changes.move(table);
      case REKEY -> changes.rekey(table);
      case DELETE -> changes.delete(table);
      case TRUNCATE -> changes.truncate(table);
      case ROLLBACK, SAVEPOINT -> 0;
    };
  }

  private TableShape any() {
    int place = random.nextInt(shapes.stream().mapToInt(this::weight).sum());
    for (TableShape table : shapes) {
      place -= weight(table);
      if (place < 0) {
        return table;
      }
    }
    throw new IllegalStateException("the place must be below the sum of all weights");
  }

  private int weight(TableShape table) {
    if (shape.parentsOften()) {
      return 1 + 2 * table.depth() + (table.depth() == deepest() ? 4 : 0);
    }
    return cap(table);
  }

  private int cap(TableShape table) {
    return Math.max(20, shape.rowsPerTable() >> (3 * (deepest() - table.depth())));
  }

  private int deepest() {
    return shapes.stream().mapToInt(TableShape::depth).max().orElse(0);
  }

  private void count(ChangeKind kind, long changed) {
    counts.merge(kind, changed, Long::sum);
  }

  private void disconnect() {
    try {
      if (session != null) {
        session.connection().close();
        session = null;
      }
    } catch (SQLException e) {
      log.debug("the workload's connection was gone already", e);
    }
  }

  /** Makes {@link #run} return. */
  @Override
  public void close() {
    closed.countDown();
    if (!running) {
      disconnect();
    }
  }
}
