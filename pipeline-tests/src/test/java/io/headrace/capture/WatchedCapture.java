package io.headrace.capture;

import io.headrace.stage.Stage;
import io.headrace.stage.StageListener;
import io.headrace.star.Star;
import java.util.function.Consumer;

/** Lets the whole pipeline's tests know where a capture is. */
public final class WatchedCapture {
  private WatchedCapture() {}

  /**
   * A capture.
   *
   * @param reached hears the name of each {@link Moment}, in the thread that has come there
   */
  public static Stage of(
      CaptureSettings settings, Star star, StageListener listener, Consumer<String> reached) {
    return new Capture(settings, star, listener, moment -> reached.accept(moment.name()));
  }
}
