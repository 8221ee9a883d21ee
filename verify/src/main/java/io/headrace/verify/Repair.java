package io.headrace.verify;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import io.headrace.star.StarTable;
import io.headrace.verify.VerificationLog.Found;
import io.headrace.wire.RecaptureMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Mends what a verification has found, through the pipeline: the rows of the source that make the
 * differing facts are captured again, and so go through topics and state, where a replay finds them
 * too. Whatever is left half-done is done by doing it again.
 */
public final class Repair {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int CHUNK = 1_000;

  /** Requests that the capture has at a time; others may ask too. */
  private static final int AT_ONCE = RecaptureMessage.MOST_WAITING / 4;

  private final Verifier verifier;
  private final Database source;
  private final Database warehouse;
  private final VerifySettings settings;
  private final Method method;
  private final StageListener listener;
  private final BooleanSupplier stopped;

  /**
   * A repair.
   *
   * @param source the primary, where requests are written
   * @param settings how gently rows are compared
   * @param method how they are compared
   * @param stopped whether the user wants to end before the end
   */
  public Repair(
      Verifier verifier,
      Database source,
      Database warehouse,
      VerifySettings settings,
      Method method,
      StageListener listener,
      BooleanSupplier stopped) {
    this.verifier = verifier;
    this.source = source;
    this.warehouse = warehouse;
    this.settings = settings;
    this.method = method;
    this.listener = listener;
    this.stopped = stopped;
  }

  /**
   * Mends.
   *
   * @param verification whose findings; null for the last one of the whole warehouse, or one that
   *     is made now
   * @param recapture opens the way to the capture; null to do nothing but tell what would be done
   * @throws StageException when it cannot be done; to be run again then
   */
  public RepairReport run(@Nullable Long verification, @Nullable Supplier<Recapture> recapture) {
    try {
      long id = verification == null ? lastOrNew() : verification;
      return recapture == null ? mend(id, differing(id), null) : recorded(id, recapture);
    } catch (SQLException e) {
      throw new StageException(
          StageException.Kind.FAILED, "The repair broke off: " + e.getMessage(), e);
    }
  }

  private RepairReport recorded(long id, Supplier<Recapture> recapture) throws SQLException {
    Integer keys = null;
    String error = "broke off";
    try (RepairLog log = RepairLog.begin(warehouse, id)) {
      try {
        List<Difference> differing = differing(id);
        keys = differing.size();
        RepairReport report = mend(id, differing, recapture);
        error = report.wrong();
        return report;
      } catch (SQLException | RuntimeException e) {
        error = String.valueOf(e.getMessage());
        throw e;
      } finally {
        log.finish(keys, error);
      }
    }
  }

  private List<Difference> differing(long id) throws SQLException {
    List<Difference> differing =
        verifier.differing(keys(verifier.log().found(id)), settings, method);
    listener.says(
        "Of what verification "
            + id
            + " found, "
            + ReportText.rows(differing.size())
            + (differing.size() == 1 ? " still differs." : " still differ."));
    return differing;
  }

  private RepairReport mend(
      long id, List<Difference> differing, @Nullable Supplier<Recapture> recapture)
      throws SQLException {
    long left = verifier.log().left(id);
    AffectedRows rows = affected(differing);
    if (recapture == null || differing.isEmpty()) {
      return new RepairReport(id, left, differing, rows.counts(), null);
    }
    long epoch;
    try (Recapture way = recapture.get()) {
      epoch = ask(way, rows.requests());
    }
    awaitEpoch(epoch);
    VerificationReport after = verifier.verifyKeys(byTable(differing), settings, method);
    return new RepairReport(id, left, differing, rows.counts(), after);
  }

  private long lastOrNew() throws SQLException {
    Long whole = verifier.log().last(true);
    Long last = verifier.log().last(false);
    if (whole != null && last != null && last > whole) {
      listener.says(
          "Takes verification "
              + whole
              + ", the last one of the whole warehouse. Verification "
              + last
              + " has compared a part of it: --verification "
              + last
              + " takes that.");
    } else if (whole == null && last != null) {
      listener.says("Takes verification " + last + ", which has compared a part of the warehouse.");
    }
    if (last != null) {
      return whole == null ? last : whole;
    }
    listener.says("There is no verification yet; everything is compared first.");
    return verifier.verify(settings, method).id();
  }

  private Map<String, List<RowKey>> keys(List<Found> found) {
    Map<String, List<RowKey>> keys = new TreeMap<>();
    for (Found row : found) {
      StarTable table = verifier.table(row.table());
      List<String> key = new ArrayList<>();
      for (String column : table.query().key()) {
        key.add(
            Objects.requireNonNull(
                row.key().get(column), () -> "no " + column + " in a key of " + row.table()));
      }
      keys.computeIfAbsent(row.table(), name -> new ArrayList<>()).add(RowKey.of(key));
    }
    return keys;
  }

  private static Map<String, List<RowKey>> byTable(List<Difference> differences) {
    Map<String, List<RowKey>> keys = new TreeMap<>();
    for (Difference difference : differences) {
      keys.computeIfAbsent(difference.table(), name -> new ArrayList<>())
          .add(RowKey.of(difference.key()));
    }
    return keys;
  }

  private AffectedRows affected(List<Difference> differing) throws SQLException {
    AffectedRows rows = new AffectedRows();
    try (Connection there = source.connect("headrace repair");
        Connection here = warehouse.connect("headrace repair")) {
      Session.prepare(there);
      for (Map.Entry<String, List<RowKey>> table : byTable(differing).entrySet()) {
        ComparedTable compared = verifier.compared(table.getKey(), here);
        List<RowKey> keys = table.getValue();
        for (int i = 0; i < keys.size(); i += CHUNK) {
          rows.add(compared, keys.subList(i, Math.min(keys.size(), i + CHUNK)), there);
        }
      }
    }
    return rows;
  }

  private long ask(Recapture way, List<RecaptureMessage> requests) {
    long last = -1;
    for (int i = 0; i < requests.size(); i += AT_ONCE) {
      List<RecaptureMessage> some = requests.subList(i, Math.min(requests.size(), i + AT_ONCE));
      some.forEach(way::ask);
      listener.says(
          "Asked the capture to read rows again, in "
              + some.size()
              + (some.size() == 1 ? " request." : " requests."));
      last =
          way.await(
              some.stream().map(RecaptureMessage::id).collect(Collectors.toSet()),
              settings.patience());
    }
    return last;
  }

  /** Waits until the warehouse shows what has been captured. */
  private void awaitEpoch(long epoch) throws SQLException {
    Pace pace = new Pace(0, stopped);
    long began = System.nanoTime();
    try (Connection connection = warehouse.connect("headrace repair")) {
      long shown = Standing.read(connection).mark().number();
      while (shown < epoch) {
        if (System.nanoTime() - began > settings.patience().toNanos()) {
          throw new StageException(
              StageException.Kind.FAILED,
              "The warehouse must come to epoch "
                  + epoch
                  + " within "
                  + settings.patience().toSeconds()
                  + " s but shows epoch "
                  + shown
                  + ": are the transform and the sink running?");
        }
        pace.pause(POLL);
        shown = Standing.read(connection).mark().number();
      }
    }
  }
}
