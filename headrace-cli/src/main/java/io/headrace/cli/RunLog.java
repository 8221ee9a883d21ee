package io.headrace.cli;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.headrace.sink.RunLines;
import io.headrace.sink.RunLines.Line;
import io.headrace.stage.Daemons;
import io.headrace.stage.Database;
import io.headrace.stage.RunMark;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Keeps what a command logs in the warehouse too, where its run is: lines from before the run began
 * go to the first one. Written in a thread of its own; a warehouse that does not take them costs
 * the lines and nothing else, for the file has them.
 */
final class RunLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private static final int KEPT = 10_000;
  private static final Duration ANSWER = Duration.ofSeconds(3);
  private static final long BETWEEN_MILLIS = 500;

  private final Database warehouse;
  private final BlockingQueue<Event> unwritten = new ArrayBlockingQueue<>(KEPT);
  private final Thread thread = Daemons.named("headrace-run-log").newThread(this::run);
  private @Nullable RunMark last;
  private volatile boolean closing;

  /**
   * Something that was logged.
   *
   * @param run the process's then; null between runs, and before the first
   */
  private record Event(ILoggingEvent logged, @Nullable RunMark run) {}

  private RunLog(Database warehouse) {
    this.warehouse = warehouse;
  }

  /** Begins to keep; to be called once the log is open. */
  static RunLog open(Database warehouse) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      throw new IllegalStateException("Logback is not the one that logs");
    }
    RunLog log = new RunLog(warehouse);
    log.setContext(context);
    log.start();
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(log);
    log.thread.start();
    return log;
  }

  @Override
  protected void append(ILoggingEvent event) {
    event.prepareForDeferredProcessing();
    // What does not fit is in the file.
    var unused = unwritten.offer(new Event(event, RunMark.current()));
  }

  private void run() {
    while (!closing) {
      try {
        Thread.sleep(BETWEEN_MILLIS);
      } catch (InterruptedException e) {
        return; // what is left is written by close
      }
      write();
    }
  }

  private synchronized void write() {
    RunMark begun = firstKnown();
    if (begun == null) {
      return;
    }
    List<Event> events = new ArrayList<>();
    unwritten.drainTo(events);
    if (events.isEmpty()) {
      return;
    }
    List<Line> lines = new ArrayList<>();
    RunMark run = begun;
    for (Event event : events) {
      run = event.run() == null ? run : event.run();
      ILoggingEvent logged = event.logged();
      lines.add(
          new Line(
              run,
              logged.getInstant(),
              logged.getLevel().toString(),
              logged.getFormattedMessage()));
    }
    last = run;
    try (Connection connection = warehouse.connect("headrace run log", ANSWER)) {
      RunLines.write(connection, lines);
    } catch (SQLException e) {
      addWarn("lines of the run were not kept in the warehouse", e);
    }
  }

  private @Nullable RunMark firstKnown() {
    if (last != null) {
      return last;
    }
    for (Event event : unwritten) {
      if (event.run() != null) {
        return event.run();
      }
    }
    return RunMark.current();
  }

  /** Writes what is left. The command's runs are over. */
  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    write();
    stop();
    RunMark.endAll();
  }
}
