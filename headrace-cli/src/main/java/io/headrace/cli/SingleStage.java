package io.headrace.cli;

import io.headrace.cli.settings.Settings;
import io.headrace.stage.Database;
import io.headrace.stage.Stage;
import io.headrace.stage.StageListener;
import java.time.Duration;
import java.util.Objects;

/** One stage as a process of its own. */
final class SingleStage {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

  private SingleStage() {}

  /** Makes the stage, when its folder and its log are ready. */
  interface Maker {
    Stage make(Database source, String kafka, DataFolder data, StageListener listener);
  }

  /** Runs until a signal comes or the stage fails. */
  static int run(Context context, Settings settings, String name, Maker maker) {
    Console console = new Console(context.out());
    Database source = Objects.requireNonNull(settings.source(), "--source");
    String kafka = Objects.requireNonNull(settings.kafka(), "--kafka");
    try (DataFolder data = DataFolder.open(settings.data(), name);
        StageThreads threads = new StageThreads()) {
      LogFile.open(data.resolve("logs"), name, settings.verbose());
      Health health = new Health(data.resolve(name + ".health"));
      Stage stage = maker.make(source, kafka, data, new Listener(console, health::completed));
      console.say("The " + name + " starts.");
      threads.start(name, stage::run, stage);
      while (!context.stop().await(LOOK_AGAIN)) {
        threads.check();
      }
      console.say("The " + name + " stops.");
    }
    return 0;
  }
}
