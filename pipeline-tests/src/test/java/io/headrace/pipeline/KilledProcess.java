package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.capture.CaptureSettings;
import io.headrace.capture.WatchedCapture;
import io.headrace.cli.replay.Definition;
import io.headrace.cli.replay.Replay;
import io.headrace.cli.replay.ReplayPlan;
import io.headrace.stage.StageListener;
import io.headrace.verify.LiveAligner;
import io.headrace.verify.LogRecapture;
import io.headrace.verify.Method;
import io.headrace.verify.Recapture;
import io.headrace.verify.Repair;
import io.headrace.verify.Verifier;
import io.headrace.verify.VerifySettings;
import io.headrace.wire.EpochMark;
import io.headrace.wire.RecaptureMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** One command in a JVM of its own, which stops at a place of the test's choice, to be killed. */
final class KilledProcess implements AutoCloseable {
  private static final Duration COMES_THERE = Duration.ofMinutes(3);

  /** What it may do. */
  enum Command {
    CAPTURE,
    REPLAY,
    REPAIR
  }

  private final String name;
  private final Path there;
  private final Process process;

  private KilledProcess(String name, Path there, Process process) {
    this.name = name;
    this.there = there;
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param place as {@link Parking} takes it
   */
  static KilledProcess start(Setup setup, Command command, String place) {
    try {
      Path there = Files.createTempDirectory("headrace-kill").resolve("there");
      List<String> arguments = new ArrayList<>(List.of(command.name(), place, there.toString()));
      arguments.addAll(setup.toArguments());
      return new KilledProcess(
          command + " at " + place,
          there,
          StageProcess.java(
              KilledProcess.class, arguments, Path.of("target", "killed.out").toAbsolutePath()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails when the process has ended by itself. */
  void check() {
    if (!process.isAlive()) {
      throw new AssertionError(name + " ended with exit code " + process.exitValue());
    }
  }

  /** Waits until it is at the place. */
  void awaitThere(Runnable check) {
    await(name)
        .atMost(COMES_THERE)
        .until(
            () -> {
              check.run();
              check();
              return Files.exists(there);
            });
  }

  /** {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).as(name + " is gone").isTrue();
  }

  /** Waits for its good end. */
  void awaitEnd() throws InterruptedException {
    assertThat(process.waitFor(COMES_THERE.toSeconds(), TimeUnit.SECONDS)).as(name).isTrue();
    assertThat(process.exitValue()).as(name + ", see target/killed.out").isZero();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  /**
   * Does it.
   *
   * @param arguments the command, the place, the file to make there, then {@link Setup#toArguments}
   */
  public static void main(String[] arguments) {
    Setup setup = Setup.fromArguments(Arrays.asList(arguments).subList(3, arguments.length));
    Parking parking = new Parking(arguments[1], Path.of(arguments[2]));
    int exit = 0;
    try {
      switch (Command.valueOf(arguments[0])) {
        case CAPTURE -> capture(setup, parking);
        case REPLAY -> replay(setup, parking);
        case REPAIR -> exit = repair(setup, parking) ? 0 : 1;
      }
    } catch (Throwable e) {
      e.printStackTrace();
      exit = 1;
    }
    Runtime.getRuntime().halt(exit);
  }

  private static void capture(Setup setup, Parking parking) {
    Definition definition =
        Definition.look(setup.sql(), setup.source(), setup.warehouse(), System.out::println);
    WatchedCapture.of(
            new CaptureSettings(
                setup.source(),
                setup.kafka(),
                setup.topics(),
                setup.partitions(),
                (short) 1,
                false),
            definition.captured(setup.source()),
            listener(parking),
            parking::reached)
        .run();
  }

  private static void replay(Setup setup, Parking parking) {
    new Replay(
            new ReplayPlan(
                setup.source(),
                setup.warehouse(),
                setup.kafka(),
                setup.topics(),
                setup.sql(),
                Path.of(setup.state() + "-replay"),
                1,
                (short) 1,
                false,
                false,
                false,
                false,
                null,
                Duration.ofSeconds(30)),
            listener(parking),
            point -> parking.reached(point.name()))
        .run();
  }

  private static boolean repair(Setup setup, Parking parking) {
    StageListener listener = listener(parking);
    VerifySettings settings = VerifySettings.all();
    Definition shown = Definition.shown(setup.source(), setup.warehouse());
    Method method =
        new Method.Aligned(
            new LiveAligner(
                setup.source(),
                setup.warehouse(),
                setup.kafka(),
                setup.topics(),
                settings.patience(),
                listener));
    return new Repair(
            new Verifier(shown.star(), shown.captured(), setup.warehouse(), listener, () -> false),
            setup.source(),
            setup.warehouse(),
            settings,
            method,
            listener,
            () -> false)
        .run(
            null,
            () ->
                watched(
                    LogRecapture.open(setup.source(), setup.kafka(), setup.topics(), () -> false),
                    parking))
        .equal();
  }

  private static Recapture watched(Recapture recapture, Parking parking) {
    return new Recapture() {
      @Override
      public void ask(RecaptureMessage request) {
        parking.reached("BEFORE_ASKING");
        recapture.ask(request);
      }

      @Override
      public long await(Set<String> requests, Duration patience) {
        parking.reached("ASKED");
        long epoch = recapture.await(requests, patience);
        parking.reached("ANSWERED");
        return epoch;
      }

      @Override
      public void close() {
        recapture.close();
      }
    };
  }

  private static StageListener listener(Parking parking) {
    return new StageListener() {
      @Override
      public void says(String sentence) {
        System.out.println(sentence);
      }

      @Override
      public void progress(String work, long done, long total) {
        parking.reached("PROGRESS");
      }

      @Override
      public void completed(EpochMark epoch) {}
    };
  }
}
