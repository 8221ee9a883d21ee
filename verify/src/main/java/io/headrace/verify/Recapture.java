package io.headrace.verify;

import io.headrace.wire.RecaptureMessage;
import java.time.Duration;
import java.util.Set;

/** Has rows of the source captured again, whether they have changed or not. */
public interface Recapture extends AutoCloseable {

  /** Asks for it; returns at once. */
  void ask(RecaptureMessage request);

  /**
   * Waits until all of the requests have been done.
   *
   * @param requests their ids
   * @return the last epoch that did one
   * @throws io.headrace.stage.StageException when one is refused, or none is done for longer than
   *     patience lasts
   */
  long await(Set<String> requests, Duration patience);

  @Override
  void close();
}
