package io.headrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.stage.Daemons;
import io.headrace.stage.Database;
import io.headrace.wire.CommittedRecords;
import io.headrace.wire.DeadLetterRecord;
import io.headrace.wire.DeadLetterRecord.Place;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@code headrace.dead_letter} and the topic of dead letters alike: what the sink has set
 * aside, and how any letter ended, goes to the topic, at least once and keyed by its place; what
 * the transform has set aside comes from there. In a thread of its own beside the merges; what
 * fails is tried again.
 */
final class LetterRelay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LetterRelay.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** How many are published before their acknowledgements are waited for. */
  private static final int BATCH = 100;

  /** As long as the longest record of the transform. */
  private static final int LONGEST_BYTES = 64 << 20;

  private static final String TAKE =
      """
      INSERT INTO headrace.dead_letter AS l (stage, topic, partition, kafka_offset, epoch, table_name, key, cause,
        sqlstate, generation, record_key, record_value, recapture, at, last_tried, published)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, true)
      ON CONFLICT (topic, partition, kafka_offset) DO UPDATE SET state = 'waiting', ended = NULL,
        cause = excluded.cause, generation = excluded.generation, published = true
      WHERE l.state IN ('waiting', 'replaced') AND l.generation <> excluded.generation
      """;

  private static final String END =
      """
      UPDATE headrace.dead_letter SET state = ?, ended = clock_timestamp(), published = true
      WHERE stage = ? AND topic = ? AND partition = ? AND kafka_offset = ? AND state = 'waiting'
      """;

  private static final String UNPUBLISHED =
      """
      SELECT id, xmin::text, stage, topic, partition, kafka_offset, state, epoch, table_name, generation, cause, sqlstate,
        at, record_key, record_value, recapture
      FROM headrace.dead_letter WHERE NOT published ORDER BY id LIMIT\s"""
          + BATCH;

  private final Database warehouse;
  private final String bootstrapServers;
  private final TopicPartition topic;
  private final Closing closing = new Closing();
  private final Thread thread;
  private volatile @Nullable Consumer<byte[], byte[]> polled;

  private LetterRelay(SinkSettings settings) {
    this.warehouse = settings.warehouse();
    this.bootstrapServers = settings.bootstrapServers();
    this.topic = new TopicPartition(settings.topics().deadLetters(), 0);
    this.thread = Daemons.named("headrace-dead-letters").newThread(this::run);
  }

  /** Begins, for the star that everybody reads. */
  static LetterRelay start(SinkSettings settings) {
    LetterRelay relay = new LetterRelay(settings);
    if (settings.place().equals(StarPlace.LIVE)) {
      relay.thread.start();
    } else {
      relay.closing.end();
    }
    return relay;
  }

  private void run() {
    try {
      while (!closing.wished()) {
        try {
          relay();
        } catch (WakeupException e) {
          LOG.debug("woken up to end", e);
        } catch (SQLException | KafkaException e) {
          LOG.warn("dead letters were not relayed; it is tried again", e);
          closing.pause(PAUSE);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    } finally {
      closing.end();
    }
  }

  private void relay() throws SQLException, InterruptedException {
    createTopic();
    try (Connection connection = warehouse.connect("headrace dead letters");
        Consumer<byte[], byte[]> consumer = consumer();
        Producer<byte[], byte[]> producer = producer()) {
      polled = consumer;
      consumer.assign(List.of(topic));
      consumer.seekToBeginning(List.of(topic));
      while (!closing.wished()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          take(connection, record);
        }
        publish(connection, producer);
      }
    } finally {
      polled = null;
    }
  }

  private void createTopic() throws InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      Map<String, String> config = new HashMap<>(DeadLetterRecord.TOPIC_CONFIG);
      config.put("max.message.bytes", Integer.toString(LONGEST_BYTES));
      admin
          .createTopics(
              List.of(
                  new NewTopic(
                          topic.topic(), Optional.of(DeadLetterRecord.PARTITIONS), Optional.empty())
                      .configs(config)))
          .all()
          .get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new KafkaException("no topic " + topic.topic(), e.getCause());
      }
    }
  }

  private Consumer<byte[], byte[]> consumer() {
    // What Kafka has deleted meanwhile is old.
    return CommittedRecords.consumer(bootstrapServers, Map.of("auto.offset.reset", "earliest"));
  }

  private Producer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "acks",
            "all",
            "max.request.size",
            LONGEST_BYTES,
            "compression.type",
            "lz4"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static void take(Connection connection, ConsumerRecord<byte[], byte[]> record)
      throws SQLException {
    Map<String, byte[]> headers = new HashMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), header.value());
    }
    try {
      Place place = Place.parse(record.key());
      if (!place.stage().equals(DeadLetterRecord.TRANSFORM)) {
        return;
      }
      if (record.value() == null) {
        byte[] state = headers.get(DeadLetterRecord.STATE);
        end(connection, place, state == null ? "replaced" : new String(state, UTF_8));
      } else {
        insert(connection, DeadLetterRecord.parse(record.key(), record.value(), headers));
      }
    } catch (IllegalArgumentException e) {
      passOver(record, e);
    } catch (SQLException e) {
      if (!new SqlFailure(e).ofRow()) {
        throw e;
      }
      passOver(record, e);
    }
  }

  /** Foreign garbage: if it came again and again, no letter behind it would ever be taken. */
  private static void passOver(ConsumerRecord<byte[], byte[]> record, Exception why) {
    LOG.warn(
        "no dead letter topic={} partition={} offset={}",
        record.topic(),
        record.partition(),
        record.offset(),
        why);
  }

  private static void insert(Connection connection, DeadLetterRecord letter) throws SQLException {
    byte[] key = letter.key();
    OffsetDateTime time = letter.time().atOffset(ZoneOffset.UTC);
    try (PreparedStatement insert = connection.prepareStatement(TAKE)) {
      place(insert, 1, letter.place());
      insert.setObject(5, letter.epoch());
      insert.setString(6, letter.table());
      insert.setString(7, key == null ? null : WaitingLetters.readable(key));
      insert.setString(8, WaitingLetters.readable(letter.cause()));
      insert.setString(9, letter.sqlState());
      insert.setString(10, letter.generation());
      insert.setBytes(11, key);
      insert.setBytes(12, letter.value());
      insert.setString(13, letter.recapture());
      insert.setObject(14, time);
      insert.setObject(15, time);
      insert.executeUpdate();
    }
  }

  private static void end(Connection connection, Place place, String state) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(END)) {
      update.setString(1, state);
      place(update, 2, place);
      update.executeUpdate();
    }
  }

  private static void place(PreparedStatement statement, int from, Place place)
      throws SQLException {
    statement.setString(from, place.stage());
    statement.setString(from + 1, place.topic());
    statement.setInt(from + 2, place.partition());
    statement.setLong(from + 3, place.offset());
  }

  /** A row as it was when it was sent: whoever has changed it since wants that sent too. */
  private record Sent(long id, String version, Future<RecordMetadata> answer) {}

  private void publish(Connection connection, Producer<byte[], byte[]> producer)
      throws SQLException, InterruptedException {
    List<Sent> sent = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(UNPUBLISHED);
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        sent.add(new Sent(row.getLong(1), row.getString(2), producer.send(record(row))));
      }
    }
    for (Sent each : sent) {
      try {
        each.answer().get();
      } catch (ExecutionException e) {
        throw new KafkaException("dead letter " + each.id() + " was not sent", e.getCause());
      }
      try (PreparedStatement update =
          connection.prepareStatement(
              "UPDATE headrace.dead_letter SET published = true WHERE id = ? AND xmin::text = ?")) {
        update.setLong(1, each.id());
        update.setString(2, each.version());
        update.executeUpdate();
      }
    }
  }

  private ProducerRecord<byte[], byte[]> record(ResultSet row) throws SQLException {
    Place place = new Place(row.getString(3), row.getString(4), row.getInt(5), row.getLong(6));
    String state = row.getString(7);
    if (!state.equals("waiting")) {
      ProducerRecord<byte[], byte[]> ended = record(place, null);
      ended.headers().add(DeadLetterRecord.STATE, state.getBytes(UTF_8));
      return ended;
    }
    DeadLetterRecord letter =
        new DeadLetterRecord(
            place,
            row.getObject(8, Long.class),
            row.getString(9),
            row.getString(10),
            row.getString(11),
            row.getString(12),
            row.getObject(13, OffsetDateTime.class).toInstant(),
            row.getBytes(14),
            row.getBytes(15),
            row.getString(16));
    ProducerRecord<byte[], byte[]> record = record(place, letter.recordValue());
    letter.headers().forEach(record.headers()::add);
    return record;
  }

  private ProducerRecord<byte[], byte[]> record(Place place, byte @Nullable [] value) {
    return new ProducerRecord<>(topic.topic(), 0, place.recordKey(), value);
  }

  @Override
  public void close() {
    closing.wish();
    Consumer<byte[], byte[]> open = polled;
    if (open != null) {
      open.wakeup();
    }
    if (!closing.awaitEnd(PATIENCE)) {
      thread.interrupt();
    }
  }
}
