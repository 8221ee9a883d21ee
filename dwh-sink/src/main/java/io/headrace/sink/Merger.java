package io.headrace.sink;

import io.headrace.sink.References.ForeignKey;
import io.headrace.stage.StageException;
import io.headrace.star.Star;
import io.headrace.wire.EpochMark;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges epochs into the star, each merge in one transaction with the position, the Kafka offsets
 * and the dead letters. A transaction opens early when an epoch is larger than memory: its rows
 * then go to the stage as they come.
 */
final class Merger {
  private static final Logger LOG = LoggerFactory.getLogger(Merger.class);

  /** From so many rows on, they go through a stage, and the statements are planned for them. */
  private static final int MANY = 2_000;

  /** From so many rows on, the target is analyzed after the merge. */
  private static final int LARGE = 50_000;

  /**
   * For sorting and hashing staged rows; PostgreSQL's default of 4 MB is meant for many small
   * sessions.
   */
  private static final String WORK_MEM = "64MB";

  /** How many causes are told when there are too many dead letters. */
  private static final int TOLD = 3;

  private final Connection connection;
  private final StarPlace place;
  private final ForeignKeys foreignKeys;
  private final References references;
  private final WriterLock lock;
  private final Failpoints failpoints;
  private final WaitingLetters letters;
  private final int letterLimit;
  private final List<TableMerge> parentsFirst = new ArrayList<>();
  private final PositionUpdate position;
  private final @Nullable LastChange lastChange;
  private final MergeHold.Limit limit;
  private boolean staged;
  private boolean lettersChanged;
  private List<String> setAside = List.of();

  /**
   * Where a merge leads.
   *
   * @param mark the epoch
   * @param offsets where reading goes on after it
   * @param changed when the source last changed what is merged into each star table, by its
   *     position in the star
   * @param garbage foreign records that were met on the way
   */
  record Goal(
      EpochMark mark,
      Map<TopicPartition, Long> offsets,
      Map<Integer, Instant> changed,
      List<Garbage> garbage) {}

  /**
   * A first merge.
   *
   * @param star the star
   * @param topicIds Kafka's ids of the topics
   */
  record Beginning(Star star, Map<String, String> topicIds) {}

  /**
   * Creates the stages and commits.
   *
   * @param star the star tables in the star's order
   * @param letterLimit how many dead letters may wait
   */
  Merger(
      Connection connection,
      StarPlace place,
      List<Target> star,
      ForeignKeys foreignKeys,
      WriterLock lock,
      Failpoints failpoints,
      WaitingLetters letters,
      int letterLimit)
      throws SQLException {
    this.connection = connection;
    this.place = place;
    this.foreignKeys = foreignKeys;
    this.references = foreignKeys.read(star);
    this.lock = lock;
    this.failpoints = failpoints;
    this.letters = letters;
    this.letterLimit = letterLimit;
    for (Target target : references.parentsFirst(star)) {
      parentsFirst.add(TableMerge.prepare(connection, target, star.indexOf(target)));
    }
    position = new PositionUpdate(connection, place);
    lastChange = place.equals(StarPlace.LIVE) ? new LastChange(connection, star) : null;
    limit = new MergeHold.Limit(connection, place);
    letters.look();
    connection.commit();
  }

  /** How far the next merge may go. */
  MergeHold.Bounds bounds() throws SQLException {
    return limit.bounds();
  }

  /**
   * Ends the transaction without a merge: others may hold the star and take locks, for as long as
   * they like. Not where rows are staged that the next merge must take, which whoever holds the
   * star has to wait for.
   */
  void rest() throws SQLException {
    if (!staged) {
      connection.commit();
    }
  }

  /** The star stands before a moment at which it is to stop. Commits; what is staged stays so. */
  void stoppedBefore(Instant moment) throws SQLException {
    limit.reached(moment);
  }

  /** Sends rows ahead that the next merge is certain to take. */
  void stage(List<List<Lines>> rows) throws SQLException {
    staged = true;
    copy(rows);
  }

  /** Takes the rows, and those staged before, into the star. */
  void merge(List<List<Lines>> rows, Goal goal) throws SQLException {
    boolean many = staged || rows.stream().flatMap(List::stream).mapToInt(Lines::rows).sum() > MANY;
    if (many) {
      copy(rows);
    }
    failpoints.at(Failpoints.Point.AFTER_COPY);
    lock.hold();
    if (many) {
      mergeStaged(goal, null);
    } else {
      mergeFew(rows, goal);
    }
    afterCommit();
  }

  /**
   * Takes the rows, and those staged before, into the star, and whatever else was there out of it.
   */
  void replace(List<List<Lines>> rows, Goal goal, Beginning beginning) throws SQLException {
    copy(rows);
    failpoints.at(Failpoints.Point.AFTER_COPY);
    lock.hold();
    mergeStaged(goal, beginning);
    afterCommit();
  }

  /** Notes, for whoever looks at the runs, from how many records the star was loaded. */
  void loaded(Star loaded, long records) throws SQLException {
    if (place.equals(StarPlace.LIVE)) {
      FirstLoad.done(connection, loaded.generation(), records);
      connection.commit();
    }
  }

  private void mergeFew(List<List<Lines>> rows, Goal goal) throws SQLException {
    // The transaction stays open when a row is refused, and with it the lock that keeps holders
    // out.
    Savepoint before = connection.setSavepoint();
    Set<Long> touched = new HashSet<>();
    try {
      for (TableMerge table : parentsFirst) {
        touched.addAll(letters.touched(table.target(), rows.get(table.table())));
        few(table, () -> table.few().upsert(rows.get(table.table())));
      }
      for (TableMerge table : childrenFirst()) {
        few(table, table.few()::delete);
      }
      checkConstraints();
      finish(goal, null, touched, List.of());
      commit();
    } catch (SQLException e) {
      if (!canIsolate(e)) {
        throw e;
      }
      LOG.info("a row is refused; the merge is done again row by row epoch={}", goal.mark(), e);
      connection.rollback(before);
      copy(rows);
      isolate(goal, null);
    }
  }

  /** A step of a merge. */
  private interface Step {
    void run() throws SQLException;
  }

  private void few(TableMerge table, Step step) throws SQLException {
    try {
      step.run();
    } catch (SQLException e) {
      if (canIsolate(e)) {
        throw e;
      }
      throw Refusal.of(table.target(), null, e);
    }
  }

  private void mergeStaged(Goal goal, @Nullable Beginning beginning) throws SQLException {
    try (Statement set = connection.createStatement()) {
      set.execute("SET LOCAL work_mem = '" + WORK_MEM + "'");
    }
    Savepoint before = connection.setSavepoint();
    if (parentsFirst.stream().anyMatch(table -> !table.many().unread().isEmpty())) {
      isolate(goal, beginning);
      return;
    }
    try {
      mergeMany(beginning != null);
      connection.releaseSavepoint(before);
    } catch (SQLException e) {
      if (!canIsolate(e)) {
        throw e;
      }
      LOG.info("a row is refused; the merge is done again row by row epoch={}", goal.mark(), e);
      connection.rollback(before);
      isolate(goal, beginning);
      return;
    }
    finish(goal, beginning, touched(beginning != null), List.of());
    for (TableMerge table : parentsFirst) {
      table.many().empty();
    }
    commit();
  }

  /** Merges what the warehouse takes and sets the rest aside. */
  private void isolate(Goal goal, @Nullable Beginning beginning) throws SQLException {
    letters.look(); // somebody may have discarded some
    Set<Long> touched = touched(beginning != null);
    Isolation isolation = new Isolation(connection, parentsFirst, references, letterLimit);
    List<Refused> refused = isolation.run(beginning != null, incomplete());
    Set<Long> again = letters.of(refused);
    touched.removeAll(again);
    int more = refused.size() - again.size();
    int waiting = letters.count() - touched.size() + more + goal.garbage().size();
    if (!isolation.complete() || (more > 0 && waiting > letterLimit)) {
      throw tooMany(waiting, refused);
    }
    refused.forEach(each -> LOG.warn("a fact is set aside: {}", each.sentence()));
    setAside = refused.stream().map(Refused::sentence).toList();
    letters.write(refused, goal.mark().number());
    finish(goal, beginning, touched, refused);
    commit();
  }

  private void finish(
      Goal goal, @Nullable Beginning beginning, Set<Long> replaced, List<Refused> refused)
      throws SQLException {
    letters.writeGarbage(goal.garbage(), goal.mark().number());
    letters.end(replaced, "replaced");
    if (lastChange != null) {
      if (beginning != null) {
        lastChange.clear();
      }
      lastChange.run(goal.changed());
    }
    if (beginning == null) {
      position.run(goal.mark(), goal.offsets());
    } else {
      Position.replace(
          connection, place, beginning.star(), goal.mark(), goal.offsets(), beginning.topicIds());
    }
    lettersChanged = !replaced.isEmpty() || !refused.isEmpty() || !goal.garbage().isEmpty();
  }

  /**
   * Tries letters again that somebody wants to be tried, unless merges are held.
   *
   * @return whether some are applied
   */
  boolean retry() throws SQLException {
    if (staged) {
      return false;
    }
    letters.look();
    if (!letters.wished() || limit.bounds().epoch() != Long.MAX_VALUE) {
      connection.rollback();
      return false;
    }
    lock.hold();
    List<WaitingLetters.Stored> stored = letters.toRetry();
    List<List<Lines>> rows = new ArrayList<>();
    parentsFirst.forEach(table -> rows.add(new ArrayList<>()));
    for (TableMerge table : parentsFirst) {
      Lines lines = new Lines();
      stored.stream()
          .filter(letter -> letter.table().equals(table.target().starTable().name()))
          .forEach(letter -> lines.add(letter.line()));
      rows.set(table.table(), lines.rows() == 0 ? List.of() : List.of(lines));
    }
    copy(rows, stored.size());
    List<Refused> refused =
        new Isolation(connection, parentsFirst, references, stored.size()).run(false, incomplete());
    Set<Long> applied =
        stored.stream()
            .map(WaitingLetters.Stored::id)
            .collect(Collectors.toCollection(HashSet::new));
    applied.removeAll(letters.of(refused));
    letters.write(refused, null);
    letters.end(applied, "applied");
    lettersChanged = true;
    commit();
    afterCommit();
    LOG.info("dead letters were tried again applied={} refused={}", applied.size(), refused.size());
    return !applied.isEmpty();
  }

  /** Foreign records that are not known yet must not be too many either. */
  List<Garbage> admit(List<Garbage> garbage, int met) throws SQLException {
    List<Garbage> unknown = new ArrayList<>();
    for (Garbage each : garbage) {
      if (!letters.knows(each)) {
        unknown.add(each);
      }
    }
    int waiting = letters.count() + met + unknown.size();
    if (!unknown.isEmpty() && waiting > letterLimit) {
      throw tooMany(waiting, unknown.stream().map(EpochAssembly::unusable).toList(), null);
    }
    return unknown;
  }

  private StageException tooMany(int waiting, List<Refused> refused) {
    return tooMany(
        waiting, refused.stream().map(Refused::sentence).toList(), refused.get(0).failure());
  }

  private StageException tooMany(int waiting, List<String> causes, @Nullable Exception cause) {
    String causesTold = causes.stream().limit(TOLD).collect(Collectors.joining("; "));
    String message =
        letterLimit == 0
            ? causes.get(0)
            : "At most "
                + letterLimit
                + " dead letters of the sink may wait (--dead-letter-limit), but there would be "
                + waiting
                + "; nothing of this merge is kept. "
                + causesTold
                + (causes.size() > TOLD ? "; …" : "");
    return cause == null
        ? new StageException(StageException.Kind.FAILED, message)
        : new StageException(StageException.Kind.FAILED, message, cause);
  }

  /** Whether a row is to blame; a broken reference only where rows are missing already. */
  private boolean canIsolate(SQLException e) {
    SqlFailure failure = new SqlFailure(e);
    return failure.ofRow() && (!ofStar(failure) || !letters.incomplete().isEmpty());
  }

  private boolean ofStar(SqlFailure failure) {
    return failure.breaksForeignKey()
        && references.keys().stream().anyMatch(key -> failure.concerns(key.table(), key.name()));
  }

  /** The oids of the tables in which a row may be missing or out of date. */
  private Set<Long> incomplete() {
    return parentsFirst.stream()
        .map(TableMerge::target)
        .filter(target -> letters.incomplete().contains(target.starTable().name()))
        .map(Target::oid)
        .collect(Collectors.toSet());
  }

  private Set<Long> touched(boolean all) throws SQLException {
    if (all) {
      return letters.all();
    }
    Set<Long> touched = new HashSet<>();
    for (TableMerge table : parentsFirst) {
      touched.addAll(letters.touched(table));
    }
    return touched;
  }

  /** Row by row, checking the references of a first load would take longer than the load. */
  private List<ForeignKey> suspendForeignKeys() throws SQLException {
    long rows = parentsFirst.stream().mapToLong(table -> table.many().rows()).sum();
    if (rows <= MANY) {
      return List.of();
    }
    for (TableMerge table : parentsFirst) {
      if (table.many().targetHasRows()) {
        return List.of();
      }
    }
    return foreignKeys.suspend(parentsFirst.stream().map(TableMerge::target).toList());
  }

  private void copy(List<List<Lines>> rows) throws SQLException {
    copy(rows, letterLimit);
  }

  private void copy(List<List<Lines>> rows, int most) throws SQLException {
    for (TableMerge table : parentsFirst) {
      ManyRows many = table.many();
      many.copy(rows.get(table.table()), most);
      if (many.unread().size() > most) {
        List<Refused> refused =
            many.unread().stream().map(unread -> Refused.unread(table, unread)).toList();
        throw tooMany(letters.count() + refused.size(), refused);
      }
    }
  }

  private void mergeMany(boolean replace) throws SQLException {
    List<ForeignKey> suspended = replace ? suspendForeignKeys() : List.of();
    for (TableMerge table : parentsFirst) {
      few(table, () -> table.many().upsert(replace));
    }
    for (TableMerge table : childrenFirst()) {
      few(table, table.many()::delete);
    }
    foreignKeys.resume(suspended);
    checkConstraints();
  }

  /** A refusal at the commit would end the transaction, and take staged rows with it. */
  private void checkConstraints() throws SQLException {
    try (Statement check = connection.createStatement()) {
      check.execute("SET CONSTRAINTS ALL IMMEDIATE");
    }
  }

  private List<TableMerge> childrenFirst() {
    List<TableMerge> reversed = new ArrayList<>(parentsFirst);
    Collections.reverse(reversed);
    return reversed;
  }

  private void commit() throws SQLException {
    failpoints.at(Failpoints.Point.BEFORE_COMMIT);
    connection.commit();
    failpoints.at(Failpoints.Point.AFTER_COMMIT);
  }

  private void afterCommit() throws SQLException {
    analyzeLarge();
    staged = false;
    parentsFirst.forEach(table -> table.many().over());
    if (lettersChanged) {
      letters.look();
      connection.commit();
      lettersChanged = false;
    }
  }

  /** What was set aside since the last call, as sentences. */
  List<String> takeSetAside() {
    List<String> taken = setAside;
    setAside = List.of();
    return taken;
  }

  /** Whether dead letters wait that may be tried again. */
  boolean hasLetters() {
    return letters.any();
  }

  /**
   * What has just been filled would be taken for empty in every plan until autovacuum comes round.
   */
  private void analyzeLarge() throws SQLException {
    for (TableMerge table : parentsFirst) {
      if (table.many().rows() > LARGE) {
        try (Statement analyze = connection.createStatement()) {
          analyze.execute("ANALYZE " + table.target().name().quoted());
        }
        connection.commit();
      }
    }
  }
}
