package io.headrace.cli;

import io.headrace.cli.replay.Definition;
import io.headrace.cli.settings.VerifyChoice;
import io.headrace.sink.WarehouseSchema;
import io.headrace.stage.Database;
import io.headrace.stage.StageListener;
import io.headrace.verify.LiveAligner;
import io.headrace.verify.Method;
import io.headrace.verify.Verifier;

/** What {@code verify} and {@code repair} have in common. */
final class Comparing implements AutoCloseable {
  private final Context context;
  private final VerifyChoice choice;
  private final RunningServers running;
  private final StageListener listener;
  private final Runnable clear;
  private final RunLog log;

  private Comparing(Context context, VerifyChoice choice, StageListener listener, Runnable clear) {
    this.context = context;
    this.choice = choice;
    this.running = new RunningServers(choice.settings());
    this.listener = listener;
    this.clear = clear;
    this.log = RunLog.open(running.warehouse());
  }

  /** Opens the log, and the warehouse's record. */
  static Comparing open(Context context, VerifyChoice choice, String command) {
    LogFile.open(choice.settings().data().resolve("logs"), command, choice.settings().log());
    Comparing comparing = comparing(context, choice);
    WarehouseSchema.migrateOwn(comparing.running.warehouse());
    return comparing;
  }

  /** Progress goes where it does not mix with what the user asked for. */
  private static Comparing comparing(Context context, VerifyChoice choice) {
    if (onTerminal()) {
      ProgressBar bar = new ProgressBar(context.err(), System::nanoTime);
      return new Comparing(context, choice, bar, bar::clear);
    }
    Console console = new Console(choice.json() ? context.err() : context.out());
    return new Comparing(context, choice, new Listener(console, epoch -> {}), () -> {});
  }

  @SuppressWarnings("SystemConsoleNull") // what newer versions have instead is asked next
  private static boolean onTerminal() {
    java.io.Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true; // before JDK 22 there is a console only on a terminal
    }
  }

  RunningServers running() {
    return running;
  }

  StageListener listener() {
    return listener;
  }

  Verifier verifier() {
    // By the SQL that the warehouse shows; the files may be ahead of it until a replay.
    Definition shown = Definition.shown(running.source(), running.warehouse());
    return new Verifier(
        shown.star(), shown.captured(), running.warehouse(), listener, context.stop()::asked);
  }

  /** How rows are compared. */
  Method method() {
    Database replica = choice.readFrom();
    if (replica != null) {
      return new Method.Settled(replica, running.warehouse());
    }
    return new Method.Aligned(
        new LiveAligner(
            running.source(),
            running.warehouse(),
            running.kafka(),
            choice.settings().topics(),
            choice.verify().patience(),
            listener));
  }

  /** Takes the progress from the terminal. */
  @Override
  public void close() {
    log.close();
    clear.run();
  }
}
