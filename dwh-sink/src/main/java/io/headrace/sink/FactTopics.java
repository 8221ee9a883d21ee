package io.headrace.sink;

import io.headrace.stage.StageException;
import io.headrace.star.Star;
import io.headrace.wire.Topics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * The fact topics of a star as the broker has them.
 *
 * @param partitions how many partitions each of them has
 * @param ids Kafka's own id of each topic
 */
record FactTopics(int partitions, Map<String, String> ids) {

  /** The topic of each star table, in the star's order. */
  static List<String> names(Star star, Topics topics) {
    return star.tables().stream().map(t -> topics.facts(star.generation(), t.name())).toList();
  }

  /**
   * Asks the broker.
   *
   * @return null as long as one of the topics does not exist
   * @throws StageException when the topics differ in their number of partitions
   * @throws KafkaException when the broker does not answer
   */
  static @Nullable FactTopics describe(Admin admin, List<String> names)
      throws InterruptedException {
    Map<String, String> ids = new LinkedHashMap<>();
    int partitions = 0;
    for (Map.Entry<String, KafkaFuture<TopicDescription>> answer :
        admin.describeTopics(names).topicNameValues().entrySet()) {
      String name = answer.getKey();
      try {
        TopicDescription topic = answer.getValue().get();
        int count = topic.partitions().size();
        if (partitions != 0 && count != partitions) {
          throw new StageException(
              StageException.Kind.FAILED,
              "All fact topics must have the same number of partitions, but "
                  + name
                  + " has "
                  + count
                  + " and another has "
                  + partitions);
        }
        partitions = count;
        ids.put(name, topic.topicId().toString());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof UnknownTopicOrPartitionException) {
          return null;
        }
        throw e.getCause() instanceof KafkaException k ? k : new KafkaException(e.getCause());
      }
    }
    return new FactTopics(partitions, ids);
  }

  /** Every partition of a topic. */
  List<TopicPartition> partitionsOf(String topic) {
    return IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)).toList();
  }
}
