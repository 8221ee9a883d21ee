package io.headrace.capture;

import io.headrace.stage.StageListener;
import io.headrace.star.Star;
import io.headrace.testing.TestServers;
import io.headrace.wire.EpochMark;
import io.headrace.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** A capture at work in a thread of its own. */
final class CaptureRun implements AutoCloseable {

  private final Capture capture;
  private final Topics topics;
  private final Thread thread;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final List<EpochMark> epochs = new CopyOnWriteArrayList<>();
  private volatile Throwable failure;
  private volatile boolean ended;

  CaptureRun(CaptureSettings settings, Star star, Failpoint failpoint) {
    capture = new Capture(settings, star, new Heard(), failpoint);
    topics = settings.topics();
    thread =
        new Thread(
            () -> {
              try {
                capture.run();
              } catch (Throwable e) {
                failure = e;
              } finally {
                ended = true;
              }
            },
            "capture-under-test");
    thread.start();
  }

  static CaptureSettings settings(Source source, String prefix, int partitions) {
    return new CaptureSettings(
        source.database(), TestServers.kafka(), new Topics(prefix), partitions, (short) 1, false);
  }

  static CaptureRun start(Source source, String prefix, Star star) {
    return new CaptureRun(settings(source, prefix, 3), star, Failpoint.NONE);
  }

  private final class Heard implements StageListener {
    @Override
    public void says(String sentence) {
      said.add(sentence);
    }

    @Override
    public void progress(String work, long done, long total) {}

    @Override
    public void completed(EpochMark epoch) {
      epochs.add(epoch);
    }
  }

  List<String> said() {
    return said;
  }

  List<EpochMark> epochs() {
    return epochs;
  }

  /** Waits until every commit that the source has seen by now can be read from Kafka. */
  void awaitCaught(Source source) {
    String now =
        source.value(
            "SELECT pg_current_wal_lsn() FROM (SELECT pg_logical_emit_message(true, 'test', '')) m");
    io.headrace.wire.Lsn lsn = io.headrace.wire.Lsn.parse(now);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              if (ended) {
                throw new AssertionError("the capture has ended", failure);
              }
              return !epochs.isEmpty() && epochs.get(epochs.size() - 1).lsn().compareTo(lsn) >= 0;
            });
    Captured.awaitMarkers(topics);
  }

  void awaitSaid(String part) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              if (ended) {
                throw new AssertionError("the capture has ended", failure);
              }
              return said.stream().anyMatch(sentence -> sentence.contains(part));
            });
  }

  /** Waits until it ends by itself; returns what ended it. */
  Throwable awaitFailure() {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> ended);
    return failure;
  }

  @Override
  public void close() {
    capture.close();
    if (failure != null) {
      throw new AssertionError("the capture has failed", failure);
    }
  }
}
