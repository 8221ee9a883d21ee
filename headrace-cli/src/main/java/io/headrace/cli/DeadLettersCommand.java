package io.headrace.cli;

import io.headrace.cli.settings.Options;
import io.headrace.cli.settings.Settings;
import io.headrace.cli.settings.SettingsReader;
import io.headrace.cli.settings.Use;
import io.headrace.sink.DeadLetter;
import io.headrace.sink.DeadLetters;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code headrace dead-letters}: what was set aside. */
@Command(
    name = "dead-letters",
    description = {
      "Records that could not be read or applied. While one waits, the warehouse shows its row as it"
          + " was before; all others go on.",
      "Without --source and --warehouse: those of a running headrace up."
    },
    sortOptions = false,
    subcommands = {
      DeadLettersCommand.Listing.class,
      DeadLettersCommand.Show.class,
      DeadLettersCommand.Retry.class,
      DeadLettersCommand.Discard.class
    },
    footer = {
      "",
      "Examples:",
      "  headrace dead-letters list",
      "  headrace dead-letters show 7 --contents",
      "  headrace dead-letters retry --all",
      "  headrace dead-letters discard 7",
    })
final class DeadLettersCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }

  private static RunningServers servers(Context context, Options options, CommandSpec spec) {
    Settings settings =
        SettingsReader.read(
            options, Use.REFRESH, spec.commandLine(), context.environment(), context.home());
    return new RunningServers(settings);
  }

  /** {@code list}. */
  @Command(name = "list", description = "Lists the letters that wait.", sortOptions = false)
  static final class Listing implements Callable<Integer> {
    private final Context context;

    @Option(names = "--ended", description = "Those too that wait no more.")
    private boolean ended;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Mixin private Options options = new Options();
    @Spec private CommandSpec spec;

    Listing(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      List<DeadLetter> letters =
          new DeadLetters(servers(context, options, spec).warehouse()).list(ended);
      if (json) {
        context.out().println(DeadLetterJson.list(letters));
      } else {
        DeadLetterText.list(letters, ZoneId.systemDefault()).forEach(context.out()::println);
      }
      context.out().flush();
      return ExitCode.OK;
    }
  }

  /** {@code show}. */
  @Command(name = "show", description = "Shows one letter.", sortOptions = false)
  static final class Show implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "ID", description = "Which one.")
    private long id;

    @Option(
        names = "--contents",
        description = "What the record holds too: row contents, which are withheld otherwise.")
    private boolean contents;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Mixin private Options options = new Options();
    @Spec private CommandSpec spec;

    Show(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      DeadLetters letters = new DeadLetters(servers(context, options, spec).warehouse());
      DeadLetter letter = letters.show(id);
      DeadLetter.@Nullable Contents record = contents ? letters.contents(id) : null;
      if (json) {
        context.out().println(DeadLetterJson.one(letter, record));
      } else {
        DeadLetterText.one(letter, record, ZoneId.systemDefault()).forEach(context.out()::println);
      }
      context.out().flush();
      return ExitCode.OK;
    }
  }

  /** {@code retry}. */
  @Command(
      name = "retry",
      description = {
        "Tries letters again. Those of the sink are applied by it within seconds if the warehouse"
            + " takes them now; for those of the transform the capture reads the row once more.",
        "list tells what came of it."
      },
      sortOptions = false)
  static final class Retry implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "ID", arity = "0..*", description = "Which ones.")
    private List<Long> ids = new ArrayList<>();

    @Option(names = "--all", description = "All that wait and tell whose they are.")
    private boolean all;

    @Mixin private Options options = new Options();
    @Spec private CommandSpec spec;

    Retry(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      if (all == !ids.isEmpty()) {
        throw new ParameterException(
            spec.commandLine(), "Either name letters by their IDs or say --all.");
      }
      RunningServers servers = servers(context, options, spec);
      DeadLetters letters = new DeadLetters(servers.warehouse());
      Console console = new Console(context.out());
      int asked = ids.size();
      if (all) {
        asked = letters.retryAll(servers.source());
        long left = letters.list(false).stream().filter(l -> !l.canBeRetried()).count();
        if (left > 0) {
          console.say(left + " do not tell whose they are and cannot be tried again.");
        }
      }
      for (long id : ids) {
        letters.retry(id, servers.source());
      }
      console.say("Asked for " + asked + " to be tried again; see dead-letters list.");
      return ExitCode.OK;
    }
  }

  /** {@code discard}. */
  @Command(
      name = "discard",
      description = {
        "Gives letters up. The warehouse keeps what it has for their keys, until their rows change"
            + " again; verify will tell the difference."
      },
      sortOptions = false)
  static final class Discard implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "ID", arity = "1..*", description = "Which ones.")
    private List<Long> ids = new ArrayList<>();

    @Mixin private Options options = new Options();
    @Spec private CommandSpec spec;

    Discard(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      DeadLetters letters = new DeadLetters(servers(context, options, spec).warehouse());
      Console console = new Console(context.out());
      for (long id : ids) {
        DeadLetter letter = letters.show(id);
        letters.discard(id);
        console.say(
            "Discarded "
                + id
                + (!letter.canBeRetried()
                    ? ": a record that tells no row."
                    : ": "
                        + letter.table()
                        + " ("
                        + letter.key()
                        + ") stays as the warehouse has it, and verify will tell it."));
      }
      return ExitCode.OK;
    }
  }
}
