package io.headrace.cli.replay;

import io.headrace.sink.LiveStar;
import io.headrace.stage.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which definition of the star the warehouse shows, for all stages of a process that follow it.
 * Asks over one connection, which is opened anew when it was lost. For any thread.
 */
public final class ShownDefinition implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ShownDefinition.class);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final Database source;
  private final Database warehouse;
  private final Consumer<String> say;
  private Definition known;
  private @Nullable Connection connection;

  /**
   * Asks nothing yet.
   *
   * @param first the one that was decided at start
   * @param say hears of each other one, once
   */
  public ShownDefinition(
      Definition first, Database source, Database warehouse, Consumer<String> say) {
    this.known = first;
    this.source = source;
    this.warehouse = warehouse;
    this.say = say;
  }

  /** Says what a stage that follows has to say. */
  void tell(String sentence) {
    say.accept(sentence);
  }

  /** The one that was known last. */
  synchronized Definition known() {
    return known;
  }

  /**
   * Whether the warehouse shows another one than a stage was made for; a warehouse that does not
   * answer shows none.
   */
  synchronized boolean differsFrom(Definition present) {
    try {
      Connection open = connection;
      if (open == null) {
        open = warehouse.connect("headrace", ANSWER);
        connection = open;
      }
      String generation = LiveStar.generation(open);
      return generation != null
          && !generation.equals(present.shown())
          && !generation.equals(present.star().generation());
    } catch (SQLException e) {
      LOG.debug("the warehouse does not tell its star's definition", e);
      close();
      return false;
    }
  }

  /** The one to go on with instead. */
  synchronized Definition instead(Definition present) {
    if (known == present || differsFrom(known)) {
      known = Definition.shown(source, warehouse);
      say.accept(
          "The warehouse now shows another star ("
              + known.star().generation()
              + "); goes on with that.");
    }
    return known;
  }

  @Override
  public synchronized void close() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        LOG.debug("a connection was not closed well", e);
      }
    }
  }
}
