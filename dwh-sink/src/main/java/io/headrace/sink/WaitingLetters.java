package io.headrace.sink;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.star.Star;
import io.headrace.wire.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sink's own dead letters: which keys wait, known without asking, and what a merge writes of
 * them in its transaction. For one thread.
 */
final class WaitingLetters {
  private static final String INSERT =
      """
      INSERT INTO LETTER AS l (stage, topic, partition, kafka_offset, epoch, table_name, key, cause, sqlstate,
        generation, record_key, record_value)
      VALUES ('sink', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (topic, partition, kafka_offset)
      """;

  /** The very record was a letter before: the star was filled anew, say. */
  private static final String AGAIN =
      """
      DO UPDATE SET state = 'waiting', ended = NULL, epoch = excluded.epoch, cause = excluded.cause,
        sqlstate = excluded.sqlstate, generation = excluded.generation, tries = l.tries + 1,
        last_tried = clock_timestamp(), retry_wished = false, published = false
      """;

  private static final String UPDATE =
      """
      UPDATE LETTER SET topic = ?, partition = ?, kafka_offset = ?, epoch = coalesce(?, epoch), table_name = ?, key = ?,
        cause = ?, sqlstate = ?, generation = ?, record_key = ?, record_value = ?, tries = tries + 1,
        last_tried = clock_timestamp(), retry_wished = false, published = false
      WHERE id = ? AND state = 'waiting'
      """;

  private final Connection connection;
  private final String table;
  private final Star star;
  private final Topics topics;
  private final int partitions;
  private final Map<String, Map<String, Long>> waiting = new HashMap<>();
  private final Set<String> incomplete = new HashSet<>();
  private final List<Long> wished = new ArrayList<>();
  private int count;

  /**
   * Knows nothing before {@link #look}.
   *
   * @param partitions of the fact topics
   */
  WaitingLetters(Connection connection, StarPlace place, Star star, Topics topics, int partitions) {
    this.connection = connection;
    this.table = place.own("dead_letter");
    this.star = star;
    this.topics = topics;
    this.partitions = partitions;
  }

  /** A letter with what is needed to try it again. */
  record Stored(long id, String table, Lines.Line line) {}

  /** Reads what waits. */
  void look() throws SQLException {
    waiting.clear();
    incomplete.clear();
    wished.clear();
    count = 0;
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, table_name, record_key, retry_wished, state = 'waiting', sqlstate IS NOT NULL FROM "
                    + table
                    + " WHERE stage = 'sink' AND state IN ('waiting', 'discarded')");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        boolean waits = row.getBoolean(5);
        count += waits ? 1 : 0;
        if (!row.getBoolean(6)) {
          continue; // no fact: it is missing nowhere
        }
        incomplete.add(row.getString(2));
        if (waits) {
          waiting
              .computeIfAbsent(row.getString(2), name -> new HashMap<>())
              .put(new String(row.getBytes(3), ISO_8859_1), row.getLong(1));
          if (row.getBoolean(4)) {
            wished.add(row.getLong(1));
          }
        }
      }
    }
  }

  /** Whether facts wait. */
  boolean any() {
    return !waiting.isEmpty();
  }

  /** How many wait, facts and others. */
  int count() {
    return count;
  }

  /** Whether somebody wants some to be tried again. */
  boolean wished() {
    return !wished.isEmpty();
  }

  /** The star tables in which rows may be missing, waiting or discarded. */
  Set<String> incomplete() {
    return incomplete;
  }

  /** The letters of keys in these rows. */
  Set<Long> touched(Target target, List<Lines> rows) {
    Map<String, Long> keys = of(target);
    Set<Long> ids = new HashSet<>();
    if (!keys.isEmpty()) {
      for (Lines lines : rows) {
        lines.forEach(line -> addIfKnown(keys, line.key(target.starTable()), ids));
      }
    }
    return ids;
  }

  private static void addIfKnown(Map<String, Long> keys, byte[] key, Set<Long> ids) {
    Long id = keys.get(new String(key, ISO_8859_1));
    if (id != null) {
      ids.add(id);
    }
  }

  /** The letters of keys in the rows staged for a table. */
  Set<Long> touched(TableMerge merge) throws SQLException {
    Map<String, Long> known = of(merge.target());
    Set<Long> ids = new HashSet<>();
    if (!known.isEmpty()) {
      List<byte[]> keys = known.keySet().stream().map(k -> k.getBytes(ISO_8859_1)).toList();
      List<Long> letters = List.copyOf(known.values());
      merge.many().touched(keys).forEach(place -> ids.add(letters.get(place)));
    }
    return ids;
  }

  /** All that wait for facts. */
  Set<Long> all() {
    Set<Long> ids = new HashSet<>();
    waiting.values().forEach(keys -> ids.addAll(keys.values()));
    return ids;
  }

  private Map<String, Long> of(Target target) {
    return waiting.getOrDefault(target.starTable().name(), Map.of());
  }

  private @Nullable Long of(Refused refused) {
    return of(refused.table().target()).get(new String(refused.key(), ISO_8859_1));
  }

  /** The letters of what is refused again. */
  Set<Long> of(List<Refused> refused) {
    Set<Long> ids = new HashSet<>();
    for (Refused each : refused) {
      Long id = of(each);
      if (id != null) {
        ids.add(id);
      }
    }
    return ids;
  }

  /** Whether this very record is a letter, waiting or not. */
  boolean knows(Garbage garbage) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT FROM " + table + " WHERE topic = ? AND partition = ? AND kafka_offset = ?")) {
      select.setString(1, garbage.topic());
      select.setInt(2, garbage.partition());
      select.setLong(3, garbage.offset());
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  /**
   * Writes what is refused: a new letter, or over the one of the same key.
   *
   * @param epoch that the star shows without them; null: the same as before
   */
  void write(List<Refused> refused, @Nullable Long epoch) throws SQLException {
    for (Refused each : refused) {
      Long known = of(each);
      if (known == null || !write(each, epoch, known)) {
        write(each, epoch, null);
      }
    }
  }

  /** Returns false when the known letter waits no more. */
  private boolean write(Refused each, @Nullable Long epoch, @Nullable Long known)
      throws SQLException {
    if (known != null) {
      dropEnded(each, known);
    }
    try (PreparedStatement write =
        connection.prepareStatement(
            (known == null ? INSERT + AGAIN : UPDATE).replace("LETTER", table))) {
      String name = each.table().target().starTable().name();
      write.setString(1, topics.facts(star.generation(), name));
      write.setInt(2, Arrival.partition(each.line().arrival(), partitions));
      write.setLong(3, Arrival.offset(each.line().arrival(), partitions));
      write.setObject(4, epoch);
      write.setString(5, name);
      write.setString(6, Refused.shown(each.key()));
      write.setString(7, each.cause());
      write.setString(8, each.sqlState());
      write.setString(9, star.generation());
      write.setBytes(10, each.key());
      write.setBytes(11, each.line().gone() ? null : each.line().inputs());
      if (known != null) {
        write.setLong(12, known);
      }
      return write.executeUpdate() > 0;
    }
  }

  /** A letter that is over must not stand in the way of one that moves to its place. */
  private void dropEnded(Refused refused, long known) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM "
                + table
                + " WHERE topic = ? AND partition = ? AND kafka_offset = ? AND id <> ? AND state <> 'waiting'")) {
      String name = refused.table().target().starTable().name();
      delete.setString(1, topics.facts(star.generation(), name));
      delete.setInt(2, Arrival.partition(refused.line().arrival(), partitions));
      delete.setLong(3, Arrival.offset(refused.line().arrival(), partitions));
      delete.setLong(4, known);
      delete.executeUpdate();
    }
  }

  /** Writes foreign records; one that is read again changes nothing. */
  void writeGarbage(List<Garbage> garbage, long epoch) throws SQLException {
    if (garbage.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement((INSERT + "DO NOTHING").replace("LETTER", table))) {
      for (Garbage each : garbage) {
        byte[] key = each.key();
        insert.setString(1, each.topic());
        insert.setInt(2, each.partition());
        insert.setLong(3, each.offset());
        insert.setLong(4, epoch);
        insert.setString(5, each.table());
        insert.setString(6, key == null ? null : readable(key));
        insert.setString(7, readable(each.cause()));
        insert.setString(8, null);
        insert.setString(9, star.generation());
        insert.setBytes(10, key);
        insert.setBytes(11, each.value());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** Bytes that may be anything, as a text that PostgreSQL takes. */
  static String readable(byte[] key) {
    return readable(new String(key, UTF_8));
  }

  /** A text that may hold what PostgreSQL's have not. */
  static String readable(String text) {
    return text.replace('\0', '\uFFFD');
  }

  /**
   * Ends letters, and has those tried again that may have waited for them.
   *
   * @param state {@code applied} or {@code replaced}
   */
  void end(Set<Long> ids, String state) throws SQLException {
    if (ids.isEmpty()) {
      return;
    }
    try (PreparedStatement update =
            connection.prepareStatement(
                "UPDATE "
                    + table
                    + " SET state = ?, ended = clock_timestamp(), retry_wished = false, published = false"
                    + " WHERE id = ANY (?) AND state = 'waiting'");
        PreparedStatement followers =
            connection.prepareStatement(
                "UPDATE "
                    + table
                    + " SET retry_wished = true WHERE stage = 'sink' AND state = 'waiting'"
                    + " AND sqlstate = ANY (?)")) {
      update.setString(1, state);
      update.setArray(2, connection.createArrayOf("bigint", ids.toArray()));
      update.executeUpdate();
      followers.setArray(
          1, connection.createArrayOf("text", SqlFailure.BROKEN_REFERENCE.toArray()));
      followers.executeUpdate();
    }
  }

  /**
   * Those that are to be tried again, and may still wait. Holds them until the transaction ends.
   */
  List<Stored> toRetry() throws SQLException {
    List<Stored> letters = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, table_name, partition, kafka_offset, record_key, record_value FROM "
                + table
                + " WHERE id = ANY (?) AND state = 'waiting' ORDER BY id FOR UPDATE")) {
      select.setArray(1, connection.createArrayOf("bigint", wished.toArray()));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          String name = row.getString(2);
          long arrival = Arrival.of(row.getInt(3), row.getLong(4), partitions);
          letters.add(
              new Stored(
                  row.getLong(1), name, line(name, arrival, row.getBytes(5), row.getBytes(6))));
        }
      }
    }
    return letters;
  }

  private Lines.Line line(String name, long arrival, byte[] key, byte @Nullable [] value) {
    if (value != null) {
      return new Lines.Line(arrival, false, value);
    }
    FactLayout layout =
        star.tables().stream()
            .filter(table -> table.name().equals(name))
            .map(FactLayout::of)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("a letter of no table: " + name));
    Lines lines = new Lines();
    lines.gone(arrival, key, layout.key(key), layout.places());
    List<Lines.Line> one = new ArrayList<>();
    lines.forEach(one::add);
    return one.get(0);
  }
}
