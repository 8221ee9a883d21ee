package io.headrace.verify;

import java.time.Duration;
import java.util.Set;
import java.util.UUID;

/** Has rows of the source captured again, whether they have changed or not. */
public interface Recapture extends AutoCloseable {

  /** Asks for it; returns at once. */
  void ask(RecaptureRequest request);

  /**
   * Waits until all of the requests have been done.
   *
   * @return the last epoch that did one
   * @throws io.headrace.stage.StageException when that takes longer than patience lasts
   */
  long await(Set<UUID> requests, Duration patience);

  @Override
  void close();
}
