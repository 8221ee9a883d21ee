package io.headrace.embedded;

import java.nio.file.Path;

/** Starts a broker, writes a transaction, says "written", and waits to be killed. */
final class KafkaInItsOwnJvm {
  private KafkaInItsOwnJvm() {}

  public static void main(String[] folder) throws Exception {
    LocalKafka kafka = LocalKafka.start(new LocalKafka.Settings(Path.of(folder[0]), 0));
    LocalKafkaIT.createTopic(kafka);
    LocalKafkaIT.write(kafka, "python", "java");
    System.out.println("written");
    Thread.sleep(Long.MAX_VALUE);
  }
}
