package io.headrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalKafkaIT {
  private static final TopicPartition COURSES = new TopicPartition("course", 0);

  @TempDir Path folder;

  @Test
  void goesOnWhereItStopped() throws Exception {
    try (LocalKafka kafka = LocalKafka.start(new LocalKafka.Settings(folder, 0))) {
      createTopic(kafka);
      write(kafka, "python", "java");
    }
    try (LocalKafka kafka = LocalKafka.start(new LocalKafka.Settings(folder, 0))) {
      write(kafka, "marketing");
      assertThat(read(kafka, 3)).containsExactly("python", "java", "marketing");
    }
  }

  @Test
  void recoversFromAKill() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KafkaInItsOwnJvm.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.inputReader().lines().anyMatch("written"::equals)).isTrue();
    process.destroyForcibly().waitFor();

    try (LocalKafka kafka = LocalKafka.start(new LocalKafka.Settings(folder, 0))) {
      assertThat(read(kafka, 2)).containsExactly("python", "java");
    }
  }

  @Test
  void refusesABusyPort() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      LocalKafka.Settings settings = new LocalKafka.Settings(folder, other.getLocalPort());
      assertThatThrownBy(() -> LocalKafka.start(settings))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessageContaining(
              "Port " + other.getLocalPort() + " on 127.0.0.1 cannot be used for Kafka");
    }
  }

  static void createTopic(LocalKafka kafka) throws InterruptedException, ExecutionException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(COURSES.topic(), 1, (short) 1))).all().get();
    }
  }

  static void write(LocalKafka kafka, String... values) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "transactional.id",
            "school",
            "transaction.timeout.ms",
            (int) Duration.ofHours(6).toMillis());
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      for (String value : values) {
        producer.send(new ProducerRecord<>(COURSES.topic(), value));
      }
      producer.commitTransaction();
    }
  }

  private static List<String> read(LocalKafka kafka, int count) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "earliest");
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(COURSES));
      long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (values.size() < count && System.nanoTime() < until) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
      }
    }
    return values;
  }
}
