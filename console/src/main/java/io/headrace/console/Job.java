package io.headrace.console;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A command that was started from the console, with what it says. Safe for several threads. */
final class Job {
  /** Lines that are kept of one job; older ones are counted only. */
  private static final int KEPT = 2_000;

  private final int id;
  private final String command;
  private final Process process;
  private final Instant started;
  private final Deque<Line> lines = new ArrayDeque<>();
  private long said;
  private @Nullable Instant finished;
  private int code;
  private boolean stopped;

  /**
   * A line of its output.
   *
   * @param number from 1
   */
  record Line(long number, Instant at, String words) {}

  /**
   * How it is.
   *
   * @param command as a person would type it
   * @param state running, stopping, done, attention (it found something), failed or stopped
   * @param last what it said last; empty for nothing
   */
  record View(
      int id,
      String command,
      String state,
      Instant started,
      @Nullable Instant finished,
      String last) {}

  Job(int id, String command, Process process, Instant started) {
    this.id = id;
    this.command = command;
    this.process = process;
    this.started = started;
  }

  int id() {
    return id;
  }

  String command() {
    return command;
  }

  synchronized void says(String words, Instant at) {
    lines.addLast(new Line(++said, at, words));
    if (lines.size() > KEPT) {
      lines.removeFirst();
    }
  }

  synchronized void ended(int exitCode, Instant at) {
    code = exitCode;
    finished = at;
  }

  synchronized boolean running() {
    return finished == null;
  }

  /** Asks it to end, as Ctrl-C does. */
  synchronized void stop() {
    stopped = true;
    process.destroy();
  }

  /** Ends it, whatever it does, and what it has started. */
  void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Waits; whether it has ended. */
  boolean awaitEnd(Duration atMost) throws InterruptedException {
    return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  synchronized List<Line> lines() {
    return List.copyOf(lines);
  }

  synchronized View view() {
    Line last = lines.peekLast();
    return new View(id, command, state(), started, finished, last == null ? "" : last.words());
  }

  private String state() {
    if (finished == null) {
      return stopped ? "stopping" : "running";
    }
    if (code == 0) {
      return "done";
    }
    // verify and repair: 1 says that something differs, which is no failure of theirs.
    boolean compares = command.startsWith("verify") || command.startsWith("repair");
    return stopped ? "stopped" : code == 1 && compares ? "attention" : "failed";
  }
}
