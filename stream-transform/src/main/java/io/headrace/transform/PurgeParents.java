package io.headrace.transform;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes out of the parents topic what its readers have committed as read: that, and nothing by age,
 * keeps it small. The stores have it from then on.
 */
final class PurgeParents implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(PurgeParents.class);

  private final Admin admin;
  private final String group;
  private final String topic;

  PurgeParents(Admin admin, String group, String topic) {
    this.admin = admin;
    this.group = group;
    this.topic = topic;
  }

  @Override
  public void run() {
    try {
      Map<TopicPartition, RecordsToDelete> read = new HashMap<>();
      for (Map.Entry<TopicPartition, OffsetAndMetadata> offset :
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().entrySet()) {
        if (offset.getKey().topic().equals(topic)
            && offset.getValue() != null
            && offset.getValue().offset() > 0) {
          read.put(offset.getKey(), RecordsToDelete.beforeOffset(offset.getValue().offset()));
        }
      }
      if (!read.isEmpty()) {
        admin.deleteRecords(read).all().get();
      }
    } catch (ExecutionException e) {
      // Costs disk only; the next time will do it.
      LOG.warn("cannot take read records out of the parents topic topic={}", topic, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
