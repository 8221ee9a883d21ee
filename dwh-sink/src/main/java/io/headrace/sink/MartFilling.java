package io.headrace.sink;

import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import io.headrace.star.Star;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fills the marts once, after the first load, beside the merges that go on. */
final class MartFilling {
  private static final Logger LOG = LoggerFactory.getLogger(MartFilling.class);

  private final SinkSettings settings;
  private final Star star;
  private final StageListener listener;

  MartFilling(SinkSettings settings, Star star, StageListener listener) {
    this.settings = settings;
    this.star = star;
    this.listener = listener;
  }

  /**
   * Begins, in a thread of its own, if it is still to be done. A failure is told and tried again at
   * the next start.
   */
  void start() {
    if (!settings.place().equals(StarPlace.LIVE)) {
      return; // whoever builds a star elsewhere fills its marts when it is whole
    }
    Thread thread = new Thread(this::fill, "headrace-marts");
    thread.setDaemon(true);
    thread.start();
  }

  private void fill() {
    try (Connection connection = settings.warehouse().connect("headrace marts")) {
      if (FirstLoad.state(connection, star.generation()) == FirstLoad.State.LOADED) {
        MartRefresh.refresh(settings.warehouse(), listener);
        FirstLoad.martsFilled(connection, star.generation());
      }
    } catch (SQLException | StageException e) {
      LOG.warn("The marts were not filled", e);
      listener.says("The marts were not filled: " + e.getMessage());
    }
  }
}
