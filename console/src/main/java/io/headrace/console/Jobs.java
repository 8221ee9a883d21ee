package io.headrace.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headrace.stage.Daemons;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs headrace's commands as processes of their own, so that what the console does is what the
 * command does, and none of it ends with a page or hurts the stages.
 */
final class Jobs implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Jobs.class);
  private static final int KEPT = 30;
  private static final String CANCEL = " --cancel";

  /** As long as a command may take to end in order. */
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(15);

  private final Subject.Commands commands;
  private final Runnable changed;
  private final Duration endsWithin;
  private final Deque<Job> jobs = new ArrayDeque<>();
  private int last;
  private boolean closed;

  /**
   * None yet.
   *
   * @param changed is called when a job has said something, or ended
   */
  Jobs(Subject.Commands commands, Runnable changed) {
    this(commands, changed, ENDS_WITHIN);
  }

  /** The same with another patience at the end. */
  Jobs(Subject.Commands commands, Runnable changed, Duration endsWithin) {
    this.commands = commands;
    this.changed = changed;
    this.endsWithin = endsWithin;
  }

  /**
   * Starts a command.
   *
   * @throws Refused when the same one is at work, or it cannot be started
   */
  synchronized Job start(List<String> arguments) {
    String command = String.join(" ", arguments);
    if (closed) {
      throw new Refused(503, "The console is ending.");
    }
    for (Job job : jobs) {
      if (job.running() && kind(job.command()).equals(kind(command))) {
        throw new Refused(409, "A " + arguments.get(0) + " is at work already: " + job.command());
      }
    }
    Process process;
    try {
      process = commands.of(arguments).redirectErrorStream(true).start();
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new Refused(500, "headrace " + command + " cannot be started: " + e.getMessage());
    }
    Job job = new Job(++last, command, process, Instant.now());
    log.info("started from the console command={} pid={}", command, process.pid());
    jobs.addFirst(job);
    while (jobs.size() > KEPT && !jobs.getLast().running()) {
      jobs.removeLast();
    }
    Daemons.start("console-job-" + job.id(), () -> follow(job, process));
    changed.run();
    return job;
  }

  /** Of one kind there is one at a time; to end a refresh is another kind than to wait for it. */
  private static String kind(String command) {
    return command.split(" ", 2)[0] + (command.endsWith(CANCEL) ? CANCEL : "");
  }

  private void follow(Job job, Process process) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        job.says(line, Instant.now());
        changed.run();
      }
    } catch (IOException e) {
      job.says("Its output cannot be read any more: " + e.getMessage(), Instant.now());
    }
    try {
      int code = process.waitFor();
      job.ended(code, Instant.now());
      log.info("ended command={} code={}", job.command(), code);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    changed.run();
  }

  /**
   * One that was started here.
   *
   * @throws Refused when there is none
   */
  synchronized Job get(int id) {
    return jobs.stream()
        .filter(job -> job.id() == id)
        .findFirst()
        .orElseThrow(() -> new Refused(404, "There is no job " + id + "."));
  }

  /** The newest first. */
  synchronized List<Job.View> views() {
    return jobs.stream().map(Job::view).toList();
  }

  /** Ends those that are at work: in order, or by force when they take too long. */
  @Override
  public void close() {
    List<Job> running;
    synchronized (this) {
      closed = true;
      running = jobs.stream().filter(Job::running).toList();
    }
    running.forEach(Job::stop);
    long end = System.nanoTime() + endsWithin.toNanos();
    for (Job job : running) {
      try {
        if (!job.awaitEnd(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
          log.warn(
              "a command of the console did not end in time, so it is killed command={}",
              job.command());
          job.kill();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
