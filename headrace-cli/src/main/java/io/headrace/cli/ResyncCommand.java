package io.headrace.cli;

import io.headrace.cli.replay.Definition;
import io.headrace.cli.settings.Options;
import io.headrace.cli.settings.Settings;
import io.headrace.cli.settings.SettingsReader;
import io.headrace.cli.settings.Use;
import io.headrace.stage.StageException;
import io.headrace.star.SourceTable;
import io.headrace.star.TableName;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochReader;
import io.headrace.wire.Resync;
import io.headrace.wire.ResyncMessage;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code headrace resync TABLE}: captures one table again, while everything runs. */
@Command(
    name = "resync",
    description = {
      "Captures one table of the source again, in small pieces, while all tables go on: for a"
          + " source that was restored, or a topic that was damaged.",
      "Waits until it is done; Ctrl-C ends the waiting only. Without --source, --warehouse and"
          + " --kafka: those of a running headrace up."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  headrace resync public.customer",
      "  headrace resync customer --no-wait",
      "  headrace resync customer --source postgresql://app@db:5432/shop"
          + " --warehouse postgresql://dwh@wh:5432/dwh --kafka kafka:9092",
    })
final class ResyncCommand implements Callable<Integer> {

  /** How long a capture that is at work may take to meet the request. */
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);

  private static final Duration BROKERS_ANSWER = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(250);

  private final Context context;

  @Parameters(
      paramLabel = "TABLE",
      description = "The table, with its schema where the name alone is not clear.")
  private String table = "";

  @Mixin private Options options = new Options();
  @Spec private CommandSpec spec;

  @Option(names = "--no-wait", description = "Return as soon as the capture has taken the request.")
  private boolean noWait;

  ResyncCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Settings settings =
        SettingsReader.read(
            options, Use.RUNNING, spec.commandLine(), context.environment(), context.home());
    Console console = new Console(context.out());
    LogFile.open(settings.data().resolve("logs"), "resync", settings.log());
    RunningServers servers = new RunningServers(settings);
    TableName name =
        find(
            table,
            // By the SQL that the warehouse shows; the files may be ahead of it until a replay.
            Definition.shown(servers.source(), servers.warehouse()).star().sources().stream()
                .map(SourceTable::name)
                .toList());
    String id = UUID.randomUUID().toString();
    try (EpochReader epochs =
        EpochReader.fromNow(servers.kafka(), settings.topics(), BROKERS_ANSWER)) {
      Databases.emit(servers.source(), ResyncMessage.PREFIX, new ResyncMessage(id, name).content());
      follow(
          id,
          name,
          epochs,
          console,
          new ResyncProgress(Databases.estimatedRows(servers.source(), name), System::nanoTime));
    } catch (KafkaException e) {
      throw new CommandException(
          "The topic "
              + settings.topics().epochs()
              + " cannot be read from Kafka at "
              + servers.kafka()
              + ": "
              + e.getMessage(),
          e);
    }
    return 0;
  }

  /** The table of the star that somebody means. */
  static TableName find(String given, List<TableName> tables) {
    List<TableName> meant =
        tables.stream()
            .filter(name -> given.equals(name.toString()) || given.equals(name.table()))
            .toList();
    if (meant.size() == 1) {
      return meant.get(0);
    }
    String all = String.join(", ", tables.stream().map(TableName::toString).toList());
    throw new StageException(
        StageException.Kind.SETTINGS,
        meant.isEmpty()
            ? "The star does not read a table " + given + ", but these: " + all + "."
            : "Several tables are called " + given + "; name one with its schema: " + all + ".");
  }

  private void follow(
      String id, TableName name, EpochReader epochs, Console console, ResyncProgress progress) {
    long asked = System.nanoTime();
    boolean accepted = false;
    while (!context.stop().asked()) {
      for (Epoch epoch : epochs.next(POLL)) {
        String refusal = epoch.rereads().refused().get(id);
        if (refusal != null) {
          throw new CommandException("The resync of " + name + " was refused: " + refusal);
        }
        if (epoch.rereads().recaptured().contains(id)) {
          console.say("The table " + name + " has been captured again.");
          return;
        }
        for (Resync resync : epoch.rereads().resyncs()) {
          if (resync.id().equals(id)) {
            if (!accepted && noWait) {
              console.say("The capture has taken the request: " + name + " is captured again.");
              return;
            }
            accepted = true;
            String sentence =
                progress.sentence(resync, epoch.rereads().resyncs().get(0).equals(resync));
            if (sentence != null) {
              console.say(sentence);
            }
          }
        }
      }
      if (!accepted && System.nanoTime() - asked > ANSWERS_WITHIN.toNanos()) {
        throw new CommandException(
            "No capture has answered within "
                + ANSWERS_WITHIN.toSeconds()
                + " seconds. Is one at work? (headrace status) It meets the request when it comes"
                + " to it.");
      }
    }
    console.say("The resync of " + name + " goes on without this command.");
  }
}
