package io.headrace.cli;

import io.headrace.cli.settings.Settings;
import io.headrace.console.Subject;
import io.headrace.stage.Database;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * This program's commands, each a process of its own, on the pipeline that this one runs or sees.
 */
final class OwnCommands implements Subject.Commands {
  private final Settings settings;
  private final Path home;
  private final Database source;
  private final Database warehouse;
  private final String kafka;

  OwnCommands(Settings settings, Path home, Database source, Database warehouse, String kafka) {
    this.settings = settings;
    this.home = home;
    this.source = source;
    this.warehouse = warehouse;
    this.kafka = kafka;
  }

  @Override
  public ProcessBuilder of(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    int version = Runtime.version().feature();
    if (version >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    if (version >= 24) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    // As ./headrace starts it; and it must not take the cores from the stages.
    command.addAll(
        List.of(
            "-Xmx600m",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-UsePerfData",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dheadrace.home=" + home,
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    command.addAll(arguments);
    command.addAll(
        List.of(
            "--source=" + source,
            "--warehouse=" + warehouse,
            "--kafka=" + kafka,
            "--data=" + settings.data(),
            "--sql=" + settings.sql(),
            "--prefix=" + settings.topics().prefix(),
            "--threads=" + settings.threads()));
    if (settings.replicationFactor() > 0) {
      command.add("--replication-factor=" + settings.replicationFactor());
    }
    ProcessBuilder process = new ProcessBuilder(command);
    Map<String, String> environment = process.environment();
    environment.keySet().removeIf(name -> name.startsWith("HEADRACE_"));
    environment.put("HEADRACE_SOURCE_PASSWORD", source.password());
    environment.put("HEADRACE_WAREHOUSE_PASSWORD", warehouse.password());
    return process;
  }
}
