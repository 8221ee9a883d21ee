package io.headrace.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.star.Identifiers;
import io.headrace.star.Join;
import io.headrace.star.SourceTable;
import io.headrace.star.Star;
import io.headrace.star.StarTable;
import io.headrace.testing.TestServers;
import io.headrace.wire.CopyText;
import io.headrace.wire.EpochMark;
import io.headrace.wire.Lsn;
import io.headrace.wire.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** Writes fact topics as the transform would: rows, then the marks, in Kafka transactions. */
final class FactFeed implements AutoCloseable {
  /** When epoch 0 would have been committed; epoch n is n seconds later. */
  static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00.123456Z");

  private final Star star;
  private final Topics topics;
  private final int partitions;
  private final KafkaProducer<byte[], byte[]> producer;

  FactFeed(StarFixture fixture, int partitions) {
    this.star = fixture.star;
    this.topics = fixture.topics;
    this.partitions = partitions;
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", TestServers.kafka(),
                "transactional.id", TestServers.uniqueName("feed"),
                "linger.ms", "0"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
  }

  /** Creates the fact topics. */
  FactFeed create() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafka()))) {
      admin
          .createTopics(
              star.tables().stream()
                  .map(table -> new NewTopic(topic(table.name()), partitions, (short) 1))
                  .toList())
          .all()
          .get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return this;
  }

  void deleteTopics() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafka()))) {
      admin.deleteTopics(star.tables().stream().map(t -> topic(t.name())).toList()).all().get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  String topic(String table) {
    return topics.facts(star.generation(), table);
  }

  static EpochMark markOf(long epoch) {
    return new EpochMark(epoch, new Lsn(epoch * 16), BEGIN.plusSeconds(epoch));
  }

  /** One Kafka transaction: the rows of an epoch and its marks in all partitions. */
  void epoch(long epoch, Runnable rows) {
    transaction(
        () -> {
          rows.run();
          marks(epoch);
        });
  }

  void transaction(Runnable body) {
    producer.beginTransaction();
    body.run();
    producer.commitTransaction();
  }

  void marks(long epoch) {
    for (int p = 0; p < partitions; p++) {
      mark(epoch, p);
    }
  }

  /** The marks of an epoch in all partitions but one. */
  void marksBut(long epoch, int partition) {
    for (int p = 0; p < partitions; p++) {
      if (p != partition) {
        mark(epoch, p);
      }
    }
  }

  /** The mark in one partition of every fact topic. */
  void mark(long epoch, int partition) {
    star.tables().forEach(t -> send(t.name(), partition, EpochMark.key(), markOf(epoch).value()));
  }

  /** A row as it is now: the star table's inputs. The key must come first among them. */
  void row(String table, @Nullable String... inputs) {
    StarTable starTable = table(table);
    List<@Nullable String> key = new ArrayList<>();
    starTable.key().forEach(i -> key.add(inputs[i]));
    byte[] keyBytes = CopyText.row(key);
    send(table, partition(keyBytes), keyBytes, CopyText.row(Arrays.asList(inputs)));
  }

  void gone(String table, String... key) {
    byte[] bytes = CopyText.row(Arrays.asList(key));
    send(table, partition(bytes), bytes, null);
  }

  int partition(byte[] key) {
    return Math.floorMod(Arrays.hashCode(key), partitions);
  }

  int partitionOf(String... key) {
    return partition(CopyText.row(Arrays.asList(key)));
  }

  void send(String table, int partition, byte @Nullable [] key, byte @Nullable [] value) {
    // Errors come out when the transaction is committed.
    var unused = producer.send(new ProducerRecord<>(topic(table), partition, key, value));
  }

  /** Every fact that the source has now. */
  void allFrom(StarFixture fixture) {
    star.tables().forEach(table -> allFrom(fixture, table));
  }

  private void allFrom(StarFixture fixture, StarTable table) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Connection connection = fixture.source.connect()) {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyOut("COPY (" + facts(table) + ") TO STDOUT", out);
    } catch (SQLException | IOException e) {
      throw new IllegalStateException(e);
    }
    out.toString(UTF_8)
        .lines()
        .forEach(
            line -> {
              byte[] row = line.getBytes(UTF_8);
              int[] starts = CopyText.starts(row, table.inputs().size());
              ByteArrayOutputStream key = new ByteArrayOutputStream();
              for (int i : table.key()) {
                if (key.size() > 0) {
                  key.write('\t');
                }
                key.write(row, starts[i], starts[i + 1] - 1 - starts[i]);
              }
              send(table.name(), partition(key.toByteArray()), key.toByteArray(), row);
            });
  }

  /** What the transform would join. */
  private static String facts(StarTable table) {
    StringBuilder sql = new StringBuilder("SELECT ");
    sql.append(
        table.inputs().stream()
            .map(i -> "t" + i.from() + "." + Identifiers.quote(table.column(i).name()))
            .collect(Collectors.joining(", ")));
    sql.append(" FROM ").append(table.base().name().quoted()).append(" t0");
    for (int j = 0; j < table.joins().size(); j++) {
      Join join = table.joins().get(j);
      String parent = "t" + (j + 1);
      sql.append(" ").append(join.kind()).append(" JOIN ").append(join.parent().name().quoted());
      sql.append(" ").append(parent).append(" ON ");
      sql.append(
          IntStream.range(0, join.foreignKey().size())
              .mapToObj(
                  i ->
                      parent
                          + "."
                          + column(join.parent(), join.parent().key().get(i))
                          + " = t"
                          + join.from()
                          + "."
                          + column(table.source(join.from()), join.foreignKey().get(i)))
              .collect(Collectors.joining(" AND ")));
    }
    return sql.toString();
  }

  private static String column(SourceTable table, int column) {
    return Identifiers.quote(table.columns().get(column).name());
  }

  private StarTable table(String name) {
    return star.tables().stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
  }

  @Override
  public void close() {
    producer.close();
  }
}
