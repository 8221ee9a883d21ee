package io.headrace.cli;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * The embedded source's tables and demo data, each migration once. A source of the user's own is
 * never written to by this.
 */
final class SourceSchema {
  private SourceSchema() {}

  /**
   * Applies what has not been applied yet.
   *
   * @param folder migrations with Flyway's names: {@code V1__schema.sql}
   * @return how many were applied
   */
  static int migrate(Database source, Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "The embedded source has no tables: "
              + folder
              + " must be a folder of migrations such as V1__schema.sql but is none. To use a"
              + " database of your own, name it with --source.");
    }
    try {
      return Flyway.configure(SourceSchema.class.getClassLoader())
          .loggers("slf4j")
          .dataSource(source.jdbcUrl(), source.user(), source.password())
          .defaultSchema("public")
          .placeholderReplacement(false)
          .locations("filesystem:" + folder)
          .load()
          .migrate()
          .migrationsExecuted;
    } catch (FlywayException e) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          folder + " cannot be applied to the source " + source + ": " + e.getMessage(),
          e);
    }
  }
}
