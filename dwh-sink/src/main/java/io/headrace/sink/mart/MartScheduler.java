package io.headrace.sink.mart;

import com.github.kagkarlsson.scheduler.ScheduledExecution;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient.ScheduleOptions;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.Schedules;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * When what is done: two kinds of tasks in {@code headrace.scheduled_tasks}, each once for every
 * mart. {@code mart due} stands at the next moment of a mart's schedule and asks for a refresh
 * then; {@code mart refresh} does the refreshes that were asked for. Of all processes one picks a
 * task; what a dead one had picked is picked anew when it has not been heard of for a while.
 */
final class MartScheduler implements AutoCloseable {
  static final String DUE = "mart due";
  static final String REFRESH = "mart refresh";
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);
  private static final int MISSED_HEARTBEATS = 4;
  private static final Duration AFTER_ERROR = Duration.ofSeconds(5);
  private static final Duration STOPS_WITHIN = Duration.ofSeconds(5);

  /** Refreshes at once: each is one statement that sorts and compares a whole mart. */
  private static final int THREADS = 4;

  /** Asked for so much later than its moment, a refresh catches up. */
  private static final Duration MISSED = Duration.ofMinutes(1);

  private final HikariDataSource connections;
  private final Map<String, MartFile> files;
  private final Clock clock;
  private final MartRun run;
  private final CustomTask<Void> due;
  private final CustomTask<Void> refresh;
  private final Scheduler scheduler;

  MartScheduler(
      HikariDataSource connections, Map<String, MartFile> files, Clock clock, MartRun run) {
    this.connections = connections;
    this.files = files;
    this.clock = clock;
    this.run = run;
    due =
        Tasks.custom(DUE, Void.class)
            .onFailure(retry())
            .onDeadExecutionRevive()
            .execute(
                (instance, context) -> due(instance, context.getExecution().getExecutionTime()));
    refresh =
        Tasks.custom(REFRESH, Void.class)
            .onFailure(retry())
            .onDeadExecutionRevive()
            .execute((instance, context) -> refresh(instance));
    scheduler =
        Scheduler.create(connections, due, refresh)
            .tableName("headrace.scheduled_tasks")
            .schedulerName(new SchedulerName.Fixed(UUID.randomUUID().toString()))
            .clock(clock::instant)
            .pollingInterval(POLL)
            .heartbeatInterval(HEARTBEAT)
            .missedHeartbeatsLimit(MISSED_HEARTBEATS)
            .threads(THREADS)
            .shutdownMaxWait(STOPS_WITHIN)
            .failureLogging(LogLevel.WARN, true)
            .build();
  }

  private static FailureHandler<Void> retry() {
    return new FailureHandler.OnFailureReschedule<>(Schedules.fixedDelay(AFTER_ERROR));
  }

  void start() {
    scheduler.start();
  }

  /** Sets a mart's next moment; one that is set already stands, so that a missed one is seen. */
  void plan(String mart, MartSchedule schedule, boolean anew) {
    Instant next = schedule.next(clock.instant());
    if (next != null) {
      scheduler.schedule(
          due.schedulableInstance(mart).getTaskInstance(),
          next,
          anew ? ScheduleOptions.WHEN_EXISTS_RESCHEDULE : ScheduleOptions.WHEN_EXISTS_DO_NOTHING);
    }
  }

  /** The moment of its schedule that a mart is refreshed for next: one that was missed, too. */
  @Nullable Instant due(String mart, MartSchedule schedule) {
    Instant planned =
        scheduler
            .getScheduledExecution(due.instanceId(mart))
            .map(ScheduledExecution::getExecutionTime)
            .orElse(null);
    Instant latest = schedule.latest(clock.instant());
    return planned == null || latest == null || latest.isBefore(planned) ? planned : latest;
  }

  /** Takes a mart's next moment away. */
  void unplan(String mart) {
    if (scheduler.getScheduledExecution(due.instanceId(mart)).isPresent()) {
      scheduler.cancel(due.instanceId(mart));
    }
  }

  /** Has somebody look after a mart soon. */
  void wake(String mart) {
    scheduler.schedule(
        new TaskInstance<>(REFRESH, mart), clock.instant(), ScheduleOptions.WHEN_EXISTS_DO_NOTHING);
  }

  private CompletionHandler<Void> due(TaskInstance<Void> instance, Instant time) {
    MartFile file = files.get(instance.getId());
    MartSchedule schedule = file == null ? null : file.rules().schedule();
    if (file == null || schedule == null) {
      return (complete, operations) -> operations.remove();
    }
    Instant now = clock.instant();
    Instant latest = schedule.latest(now);
    // One that is missed for days is caught up with once, for the last of its moments.
    Instant moment = latest == null || latest.isBefore(time) ? time : latest;
    Trigger trigger =
        Duration.between(moment, now).compareTo(MISSED) > 0 || moment.isAfter(time)
            ? Trigger.CATCH_UP
            : Trigger.SCHEDULE;
    Instant next = schedule.next(moment.isAfter(now) ? moment : now);
    try (Connection connection = connections.getConnection()) {
      MartStop.set(connection, file, moment);
      new Asking(connection, clock).scheduled(file, trigger, moment);
      if (next != null) {
        MartStop.set(connection, file, next);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return (complete, operations) -> {
      if (next == null) {
        operations.remove();
      } else {
        operations.reschedule(complete, next);
      }
    };
  }

  private CompletionHandler<Void> refresh(TaskInstance<Void> instance) {
    Instant next = look(instance.getId());
    return (complete, operations) -> {
      if (next == null) {
        operations.remove();
      } else {
        operations.reschedule(complete, next);
      }
    };
  }

  private @Nullable Instant look(String mart) {
    try {
      return run.look(mart);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    scheduler.stop();
  }
}
