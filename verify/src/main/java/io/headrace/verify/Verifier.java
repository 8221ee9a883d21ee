package io.headrace.verify;

import io.headrace.sink.StarPlace;
import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import io.headrace.star.Identifiers;
import io.headrace.star.Star;
import io.headrace.star.StarFile;
import io.headrace.star.StarTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the tables of the star with their SELECTs on the source, and keeps a record of it. */
public final class Verifier {
  private static final Logger LOG = LoggerFactory.getLogger(Verifier.class);

  /** Keys that are looked up at once when certain keys are compared: their rows are held. */
  private static final int CHUNK = 200;

  private final Star star;
  private final Map<String, StarFile> files;
  private final StarPlace place;
  private final StageListener listener;
  private final BooleanSupplier stopped;
  private final VerificationLog log;

  /**
   * A verifier.
   *
   * @param star compiled against both sides
   * @param files what it was compiled from
   * @param warehouse where the record is kept
   * @param listener hears how far it is
   * @param stopped whether the user wants to end before the end
   */
  public Verifier(
      Star star,
      List<StarFile> files,
      Database warehouse,
      StageListener listener,
      BooleanSupplier stopped) {
    this(star, files, warehouse, StarPlace.LIVE, listener, stopped);
  }

  /**
   * The same for a star that stands elsewhere in the warehouse.
   *
   * @param place where; the method must give snapshots that find its tables
   */
  public Verifier(
      Star star,
      List<StarFile> files,
      Database warehouse,
      StarPlace place,
      StageListener listener,
      BooleanSupplier stopped) {
    this.star = star;
    this.files = files.stream().collect(Collectors.toMap(StarFile::name, Function.identity()));
    this.place = place;
    this.listener = listener;
    this.stopped = stopped;
    this.log = new VerificationLog(warehouse);
  }

  VerificationLog log() {
    return log;
  }

  /**
   * Compares.
   *
   * @throws StageException when it cannot be done; the record says so too
   */
  public VerificationReport verify(VerifySettings settings, Method method) {
    List<StarTable> tables = chosen(settings.tables());
    return recorded(settings, method, tables, null, run -> run.all(tables));
  }

  /** A table of the star. */
  StarTable table(String name) {
    return chosen(List.of(name)).get(0);
  }

  /** A table as both sides have it. */
  ComparedTable compared(String name, Connection warehouse) throws SQLException {
    StarTable table = table(name);
    return ComparedTable.of(table, file(table), warehouse);
  }

  /** Which of certain rows differ, or cannot be decided about; nothing is recorded. */
  List<Difference> differing(Map<String, List<RowKey>> keys, VerifySettings settings, Method method)
      throws SQLException {
    try (Run run = new Run(settings, method)) {
      run.only(keys.isEmpty() ? List.of() : chosen(List.copyOf(keys.keySet())), keys);
      return run.findings.differences();
    }
  }

  /** Compares certain rows only: keys by star table. */
  VerificationReport verifyKeys(
      Map<String, List<RowKey>> keys, VerifySettings settings, Method method) {
    List<StarTable> tables = chosen(List.copyOf(keys.keySet()));
    int count = keys.values().stream().mapToInt(List::size).sum();
    return recorded(settings, method, tables, count, run -> run.only(tables, keys));
  }

  private List<StarTable> chosen(List<String> names) {
    TreeSet<String> unknown = new TreeSet<>(names);
    star.tables().forEach(table -> unknown.remove(table.name()));
    if (!unknown.isEmpty()) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "The star has no table "
              + String.join(", ", unknown)
              + "; it has "
              + star.tables().stream().map(StarTable::name).collect(Collectors.joining(", "))
              + ".");
    }
    return star.tables().stream()
        .filter(table -> names.isEmpty() || names.contains(table.name()))
        .toList();
  }

  /** The work of one run. */
  private interface Work {
    void run(Run run) throws SQLException;
  }

  private VerificationReport recorded(
      VerifySettings settings,
      Method method,
      List<StarTable> tables,
      @Nullable Integer keys,
      Work work) {
    Instant started = Instant.now();
    long began = System.nanoTime();
    try (VerificationLog.Begun begun =
        log.begin(
            method.word(),
            Json.scope(settings, tables.stream().map(StarTable::name).toList(), keys, place),
            star.generation())) {
      long id = begun.id();
      try (Run run = new Run(settings, method)) {
        work.run(run);
        VerificationReport report =
            new VerificationReport(
                id,
                method.word(),
                settings.filter(),
                started,
                Duration.ofNanos(System.nanoTime() - began),
                run.snapshots.first(),
                run.snapshots.last(),
                run.results,
                run.findings.differences());
        log.finish(report);
        LOG.info("verified: id={} rows={} different={}", id, report.rows(), report.different());
        return report;
      } catch (SQLException | RuntimeException e) {
        LOG.warn("not verified: id={} reason={}", id, e.getMessage());
        log.fail(id, String.valueOf(e.getMessage()));
        throw e;
      }
    } catch (SQLException e) {
      throw new StageException(
          StageException.Kind.FAILED, "The comparison broke off: " + e.getMessage(), e);
    }
  }

  /** A run, from its first snapshot on. */
  private final class Run implements AutoCloseable {
    private final VerifySettings settings;
    private final Method method;
    private final Snapshots snapshots;
    private final Pace pace;
    private final Findings findings;
    private final List<TableResult> results = new ArrayList<>();

    Run(VerifySettings settings, Method method) {
      this.settings = settings;
      this.method = method;
      this.pace = new Pace(settings.rate(), stopped);
      this.findings = new Findings(settings.shown());
      this.snapshots =
          new Snapshots(
              method instanceof Method.Aligned aligned
                  ? aligned.aligner()
                  : plain((Method.Settled) method),
              settings.hold(),
              // A replay may put another star in the place of the one that is compared.
              warehouse -> Standing.read(warehouse, place).mustShow(star.generation()));
    }

    private static Aligner plain(Method.Settled settled) {
      return PlainSnapshots.of(settled.source(), settled.warehouse());
    }

    void all(List<StarTable> tables) throws SQLException {
      for (StarTable table : tables) {
        compare(
            table, comparison -> comparison.all(method instanceof Method.Aligned, estimate(table)));
      }
    }

    void only(List<StarTable> tables, Map<String, List<RowKey>> keys) throws SQLException {
      for (StarTable table : tables) {
        List<RowKey> all = keys.getOrDefault(table.name(), List.of());
        compare(
            table,
            comparison -> {
              for (int i = 0; i < all.size(); i += CHUNK) {
                snapshots.refresh();
                comparison.only(all.subList(i, Math.min(all.size(), i + CHUNK)));
              }
            });
      }
    }

    private void compare(StarTable table, ComparisonStep step) throws SQLException {
      long began = System.nanoTime();
      snapshots.refresh();
      ComparedTable compared = ComparedTable.of(table, file(table), snapshots.warehouse());
      Tally tally = new Tally(compared, findings);
      if (method instanceof Method.Settled settled) {
        Suspects suspects = new Suspects(table.name());
        step.run(comparison(compared, suspects));
        snapshots.close(); // the looks that follow want to see what is new
        new Settling(
                settled.source(),
                settled.warehouse(),
                star.generation(),
                settings.filter(),
                pace,
                settings.patience(),
                listener)
            .settle(compared, suspects, tally, settings.shown());
      } else {
        step.run(comparison(compared, tally));
      }
      results.add(tally.result(Duration.ofNanos(System.nanoTime() - began)));
    }

    private TableComparison comparison(ComparedTable table, Verdicts verdicts) {
      return new TableComparison(
          table, settings.filter(), snapshots, pace, settings.pageRows(), verdicts, listener);
    }

    private long estimate(StarTable table) throws SQLException {
      if (!settings.filter().equals(Filter.ALL)) {
        return -1;
      }
      try (PreparedStatement statement =
          snapshots
              .warehouse()
              .prepareStatement(
                  "SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(?)")) {
        statement.setString(1, Identifiers.quote(table.name()));
        try (ResultSet row = statement.executeQuery()) {
          return row.next() ? row.getLong(1) : -1;
        }
      }
    }

    @Override
    public void close() {
      snapshots.close();
    }
  }

  private interface ComparisonStep {
    void run(TableComparison comparison) throws SQLException;
  }

  private StarFile file(StarTable table) {
    StarFile file = files.get(table.name());
    if (file == null) {
      throw new IllegalStateException("no file of " + table.name());
    }
    return file;
  }
}
