package io.headrace.cli;

import io.headrace.cli.settings.HttpSettings;
import io.headrace.cli.settings.Settings;
import io.headrace.observe.Hop;
import io.headrace.observe.Observed;
import io.headrace.observe.ProcessMeters;
import io.headrace.stage.Database;
import io.headrace.stage.Stage;
import io.headrace.stage.StageListener;
import io.headrace.star.StarFile;
import io.headrace.star.StarFiles;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One stage as a process of its own. */
final class SingleStage {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

  private SingleStage() {}

  /**
   * What a stage is made with.
   *
   * @param meters where it counts what it does
   */
  record Surroundings(
      Database source,
      String kafka,
      DataFolder data,
      StageListener listener,
      MeterRegistry meters) {}

  /** Makes the stage, and what runs beside it, when its folder and its log are ready. */
  interface Maker {
    List<Stage> make(Surroundings surroundings);
  }

  /**
   * A stage among the hops.
   *
   * @param hops those that it depends on, and itself
   * @param generation the definition whose transform is looked at while no warehouse names one;
   *     null: none
   */
  record Place(String name, Set<Hop> hops, @Nullable String generation) {}

  /** Runs until a signal comes or the stage fails. */
  static int run(Context context, Settings settings, HttpSettings http, Place place, Maker maker) {
    String name = place.name();
    Console console = new Console(context.out());
    Database source = Objects.requireNonNull(settings.source(), "--source");
    String kafka = Objects.requireNonNull(settings.kafka(), "--kafka");
    try (DataFolder data = DataFolder.open(settings.data(), name);
        ProcessMeters meters = new ProcessMeters();
        StageThreads threads = new StageThreads()) {
      LogFile.open(data.resolve("logs"), name, settings.log());
      Health health = new Health(data.resolve(name + ".health"));
      Listener listener = new Listener(console, health::completed);
      List<Stage> stages =
          maker.make(new Surroundings(source, kafka, data, listener, meters.registry()));
      console.say("The " + name + " starts.");
      for (Stage stage : stages) {
        threads.start(name, stage::run, stage);
      }
      try (StageHttp ignored =
          StageHttp.start(http, observed(settings, source, kafka, place), place.hops(), meters)) {
        while (!context.stop().await(LOOK_AGAIN)) {
          threads.check();
        }
      }
      console.say("The " + name + " stops.");
    }
    return 0;
  }

  private static Observed observed(Settings settings, Database source, String kafka, Place place) {
    return new Observed(
        source,
        settings.warehouse(),
        kafka,
        settings.topics(),
        StarFiles.read(settings.sql()).stream().map(StarFile::name).toList(),
        place.generation());
  }
}
