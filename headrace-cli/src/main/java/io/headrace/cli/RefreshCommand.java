package io.headrace.cli;

import io.headrace.cli.settings.Options;
import io.headrace.cli.settings.Settings;
import io.headrace.cli.settings.SettingsReader;
import io.headrace.cli.settings.Use;
import io.headrace.sink.mart.MartRuns;
import io.headrace.sink.mart.RefreshState;
import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code headrace refresh}: the marts, now. */
@Command(
    name = "refresh",
    description = {
      "Asks for a refresh of a mart, or of all, from the source as it is now; its readers are not"
          + " blocked. The marts that it reads go before it. The sink does it, so one must run.",
      "Without --warehouse: those of a running headrace up."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  headrace refresh",
      "  headrace refresh sales --wait",
      "  headrace refresh sales --cancel",
      "  headrace refresh --warehouse postgresql://dwh@wh:5432/dwh",
    })
final class RefreshCommand implements Callable<Integer> {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
  private static final Duration LONG = Duration.ofSeconds(5);

  private final Context context;

  @Parameters(arity = "0..1", paramLabel = "MART", description = "One mart; without it: all.")
  private @Nullable String mart;

  @Option(
      names = "--wait",
      description = "Wait for the end; the exit code is 1 when a refresh did not succeed.")
  private boolean wait;

  @Option(
      names = "--cancel",
      description = "Cancel the refresh of the mart, whether it waits or is at work.")
  private boolean cancel;

  @Mixin private Options options = new Options();
  @Spec private CommandSpec spec;

  RefreshCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Settings settings =
        SettingsReader.read(
            options, Use.REFRESH, spec.commandLine(), context.environment(), context.home());
    if (cancel && (mart == null || wait)) {
      throw new StageException(
          StageException.Kind.SETTINGS, "--cancel needs a MART to cancel, and no --wait");
    }
    Database warehouse = new RunningServers(settings).warehouse();
    Console console = new Console(context.out());
    LogFile.open(settings.data().resolve("logs"), "refresh", settings.log());
    if (cancel && mart != null) {
      return cancel(warehouse, mart, console);
    }
    mustBeKept(warehouse);
    List<Long> ids = MartRuns.request(warehouse, mart, Clock.systemUTC());
    if (ids.isEmpty()) {
      console.say("There is no mart in " + warehouse + ".");
      return ExitCode.OK;
    }
    if (!wait) {
      console.say(
          ids.size() == 1
              ? "The refresh is asked for. See how it goes: headrace runs --kind refresh"
              : ids.size()
                  + " refreshes are asked for. See how they go: headrace runs --kind refresh");
      return ExitCode.OK;
    }
    return await(warehouse, ids, console);
  }

  private static int cancel(Database warehouse, String mart, Console console) {
    int cancelled = MartRuns.cancel(warehouse, mart);
    console.say(
        cancelled == 0
            ? "No refresh of " + mart + " waits or is at work."
            : "Cancelled: "
                + cancelled
                + (cancelled == 1 ? " refresh of " : " refreshes of ")
                + mart
                + ".");
    return ExitCode.OK;
  }

  private static void mustBeKept(Database warehouse) {
    if (!MartRuns.kept(warehouse)) {
      throw new CommandException(
          "No sink is at work at "
              + warehouse
              + ", so nobody would refresh a mart: start headrace up or headrace sink first.");
    }
  }

  private int await(Database warehouse, List<Long> ids, Console console) {
    boolean allDone = true;
    List<Long> left = new ArrayList<>(ids);
    long begun = System.nanoTime();
    boolean told = false;
    while (!left.isEmpty()) {
      for (Long id : List.copyOf(left)) {
        RefreshState state = MartRuns.state(warehouse, id);
        if (state == null || state.over()) {
          left.remove(id);
          allDone &= state != null && state.state().equals("done");
          console.say(sentence(state, id));
        } else if (!told && state.waits() && System.nanoTime() - begun > LONG.toNanos()) {
          told = true;
          console.say(
              "Waits until the warehouse shows what the source holds now, and until the marts that are read are"
                  + " done; headrace status tells how far it is.");
        }
      }
      if (!left.isEmpty()) {
        if (context.stop().await(LOOK_AGAIN)) {
          console.say("Not waited for any longer; what was asked for is still done.");
          return ExitCode.SOFTWARE;
        }
        mustBeKept(warehouse);
      }
    }
    return allDone ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private static String sentence(@Nullable RefreshState state, long id) {
    if (state == null) {
      return "The refresh " + id + " is not there any more.";
    }
    String mart = "The mart " + state.mart();
    return switch (state.state()) {
      case "done" ->
          mart
              + " has been refreshed"
              + (state.incomplete() ? " from incomplete data" : "")
              + ": "
              + state.rows()
              + " rows"
              + (state.changed() == null ? "" : ", " + state.changed() + " changed")
              + (state.completeTo() == null
                  ? ""
                  : ", complete to the source's commit of " + state.completeTo())
              + ".";
      case "cancelled" -> "The refresh of " + state.mart() + " was cancelled.";
      default -> mart + " has not been refreshed: " + state.error() + ".";
    };
  }
}
