package io.headrace.cli.replay;

import static java.util.Objects.requireNonNull;

import io.headrace.stage.StageException;
import io.headrace.star.SourceTable;
import io.headrace.star.Star;
import io.headrace.star.TableName;
import io.headrace.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What the transform of a definition has in Kafka: topics, state, and its place in the inputs. */
final class KafkaRemains implements AutoCloseable {
  private static final long LOOK_MILLIS = 500;

  private final Admin admin;
  private final Topics topics;

  KafkaRemains(String bootstrapServers, Topics topics) {
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    this.topics = topics;
  }

  /**
   * Whether the capture has made the topics of all tables that a star reads.
   *
   * @throws StageException naming those that are not captured
   */
  void mustBeCaptured(Star star) {
    try {
      Set<String> there = admin.listTopics().names().get();
      List<String> missing =
          star.sources().stream()
              .map(SourceTable::name)
              .filter(name -> !there.contains(topics.table(name)))
              .map(TableName::toString)
              .toList();
      if (!missing.isEmpty()) {
        throw new StageException(
            StageException.Kind.SETTINGS,
            "The star reads "
                + String.join(", ", missing)
                + ", which the capture has not captured so far: restart headrace up, or the capture, with this SQL, and"
                + " start this again when it has begun to read the table");
      }
    } catch (ExecutionException e) {
      throw failed("the topics cannot be listed", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Those of some definitions that have topics. */
  List<String> present(List<String> generations) {
    try {
      Set<String> there = admin.listTopics().names().get();
      return generations.stream()
          .filter(
              generation ->
                  there.stream().anyMatch(t -> t.startsWith(topics.application(generation) + ".")))
          .toList();
    } catch (ExecutionException e) {
      throw failed("the topics cannot be listed", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** How many threads join facts for a definition. */
  int members(String generation) {
    String group = topics.application(generation);
    try {
      ConsumerGroupDescription description =
          requireNonNull(admin.describeConsumerGroups(List.of(group)).describedGroups().get(group))
              .get();
      return description.members().size();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return 0;
      }
      throw failed("the group " + group + " cannot be described", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * Takes everything away, once nobody works with it any more. First the place in the inputs: what
   * is left by an interruption then can only begin anew.
   *
   * @return false when somebody still does
   */
  boolean remove(String generation, Duration patience) {
    String group = topics.application(generation);
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      while (members(generation) > 0) {
        if (System.nanoTime() > deadline) {
          return false;
        }
        Thread.sleep(LOOK_MILLIS);
      }
      try {
        admin.deleteConsumerGroups(List.of(group)).all().get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof GroupIdNotFoundException)) {
          throw failed("the group " + group + " cannot be deleted", e);
        }
      }
      List<String> all =
          admin.listTopics().names().get().stream()
              .filter(name -> name.startsWith(group + ".") || name.startsWith(group + "-"))
              .toList();
      admin.deleteTopics(all).all().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return true;
      }
      throw failed("the topics of " + group + " cannot be deleted", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static StageException failed(String what, ExecutionException e) {
    return new StageException(StageException.Kind.FAILED, what + ": " + e.getCause(), e);
  }

  private static StageException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StageException(StageException.Kind.FAILED, "interrupted", e);
  }

  @Override
  public void close() {
    admin.close();
  }
}
