package io.headrace.stage;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicListing;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that topics are gone from Kafka, or others in their places. Who works with them does not:
 * a producer asks for a topic that it knew until there is one, for ever, and the next of that name
 * it takes for the same.
 */
public final class TopicWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicWatch.class);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  /** Short: who closes the admin client waits for its calls. */
  private static final int ANSWER_MS = 3_000;

  /** How many topics are named before the rest is only counted. */
  private static final int TOLD = 3;

  private final Admin admin;
  private final Set<String> watched;
  private final Runnable whenGone;
  private final Map<String, Uuid> known = new HashMap<>();
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(Daemons.named("headrace-topic-watch"));
  private Set<String> missed = Set.of();
  private volatile Set<String> gone = Set.of();

  private TopicWatch(Admin admin, Set<String> watched, Runnable whenGone) {
    this.admin = admin;
    this.watched = Set.copyOf(watched);
    this.whenGone = whenGone;
  }

  /**
   * Looks at once, so that what is there now is known, and every few seconds until closed.
   *
   * @param admin stays the caller's
   * @param watched the topics' names; one may come later
   * @param whenGone called once, in a thread of its own or in the caller's of {@link #lookTwice}
   */
  public static TopicWatch start(Admin admin, Set<String> watched, Runnable whenGone) {
    TopicWatch watch = new TopicWatch(admin, watched, whenGone);
    watch.look();
    // It ends with its executor.
    ScheduledFuture<?> unused =
        watch.looks.scheduleWithFixedDelay(
            watch::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    return watch;
  }

  /** The topics that are gone, or not the same any more, in alphabetical order. */
  public Set<String> gone() {
    return gone;
  }

  /** What is {@link #gone}, as the beginning of a sentence: "a, b were deleted in Kafka". */
  public String sentence() {
    Set<String> all = gone;
    String named = all.stream().limit(TOLD).collect(Collectors.joining(", "));
    String more = all.size() > TOLD ? " and " + (all.size() - TOLD) + " more topics" : "";
    return named + more + (all.size() == 1 ? " was" : " were") + " deleted in Kafka";
  }

  /** Looks now, as often as it takes to be sure. */
  public void lookTwice() {
    look();
    look();
  }

  /** What is missed at two looks is gone: a broker that starts may not know all yet. */
  private synchronized void look() {
    if (!gone.isEmpty()) {
      return;
    }
    try {
      Map<String, Uuid> present =
          admin.listTopics(new ListTopicsOptions().timeoutMs(ANSWER_MS)).listings().get().stream()
              .filter(topic -> watched.contains(topic.name()))
              .collect(Collectors.toMap(TopicListing::name, TopicListing::topicId));
      Set<String> missing = new TreeSet<>();
      known.forEach(
          (name, id) -> {
            if (!id.equals(present.get(name))) {
              missing.add(name);
            }
          });
      Set<String> twice = new TreeSet<>(missing);
      twice.retainAll(missed);
      missed = missing;
      present.forEach(known::putIfAbsent);
      if (!twice.isEmpty()) {
        LOG.error("topics are gone, or others in their places topics={}", twice);
        gone = twice;
        whenGone.run();
      }
    } catch (ExecutionException e) {
      LOG.debug("cannot look after the topics", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    looks.shutdownNow();
  }
}
