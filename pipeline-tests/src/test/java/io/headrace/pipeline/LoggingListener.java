package io.headrace.pipeline;

import io.headrace.stage.StageListener;
import io.headrace.wire.EpochMark;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what a stage says into the test's log. */
final class LoggingListener implements StageListener {

  private static final Logger log = LoggerFactory.getLogger(LoggingListener.class);

  private final StageKind stage;

  LoggingListener(StageKind stage) {
    this.stage = stage;
  }

  @Override
  public void says(String sentence) {
    log.info("{} says: {}", stage, sentence);
  }

  @Override
  public void progress(String work, long done, long total) {
    log.debug("{} {}: {} of {}", stage, work, done, total);
  }

  @Override
  public void completed(EpochMark epoch) {
    log.debug("{} completed {}", stage, epoch);
  }
}
