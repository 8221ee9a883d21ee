package io.headrace.cli;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import io.headrace.cli.settings.LogSettings;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.slf4j.LoggerFactory;

/** Where the log goes: nowhere until a command has its data folder, then into a file there. */
final class LogFile {
  private LogFile() {}

  /**
   * Begins to write.
   *
   * @param log how
   * @return the file
   */
  static Path open(Path folder, String name, LogSettings log) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      throw new IllegalStateException("Logback is not the one that logs");
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new CommandException("The folder " + folder + " of the log cannot be made: " + e, e);
    }
    context.reset();
    context.putProperty("headrace.log", folder.resolve(name).toString());
    context.putProperty("headrace.console", log.verbose() ? "INFO" : "OFF");
    context.putProperty("headrace.format", log.format().toString());
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    URL configuration = LogFile.class.getResource("logback-file.xml");
    try {
      configurator.doConfigure(Objects.requireNonNull(configuration, "logback-file.xml"));
    } catch (JoranException e) {
      throw new IllegalStateException("logback-file.xml is wrong", e);
    }
    return folder.resolve(name + ".log");
  }
}
