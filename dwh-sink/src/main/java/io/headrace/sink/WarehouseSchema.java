package io.headrace.sink;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.star.Identifiers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** The tables of the warehouse, brought up to date by versioned migrations. */
public final class WarehouseSchema {

  /** The schema of what headrace itself keeps in the warehouse. */
  static final String SCHEMA = "headrace";

  private static final String OWN_MIGRATIONS = "classpath:io/headrace/sink/schema";
  private static final String OWN_HISTORY = "schema_history";
  static final String STAR_HISTORY = "star_history";

  private WarehouseSchema() {}

  /**
   * Brings headrace's own schema and then the star's tables and marts up to date. The star's are
   * created where whoever connects finds them without naming a schema: in the first schema of the
   * database's {@code search_path}.
   *
   * @param sqlWarehouse the folder of the star's migrations, Flyway's names: {@code V1__star.sql}
   * @throws StageException when the folder is missing or a migration fails, saying which statement
   *     and why
   */
  public static void migrate(Database warehouse, Path sqlWarehouse) {
    migrateOwn(warehouse);
    if (!Files.isDirectory(sqlWarehouse)) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "The warehouse's tables cannot be created: "
              + sqlWarehouse
              + " must be a folder of migrations such as V1__star.sql but is none");
    }
    run(
        warehouse,
        "The tables of " + sqlWarehouse,
        configure(warehouse, STAR_HISTORY)
            .locations("filesystem:" + sqlWarehouse.toAbsolutePath())
            // Headrace's own tables stand in the history's schema already.
            .baselineOnMigrate(true)
            .baselineVersion("0")
            .callbacks(new SearchPath(searchPath(warehouse))));
  }

  /**
   * Brings a star's shadow up to date by the migrations that the live star has not had. They find
   * the shadow's tables before all others.
   *
   * @param live the live star's schema, which they must not name: they would change it
   */
  static void migrateShadow(Database warehouse, Path sqlWarehouse, String live) {
    String path =
        Identifiers.quote(String.valueOf(StarPlace.SHADOW.schema())) + ", " + searchPath(warehouse);
    FluentConfiguration configuration =
        configure(warehouse, STAR_HISTORY)
            .defaultSchema(StarPlace.SHADOW.own())
            .locations("filesystem:" + sqlWarehouse.toAbsolutePath())
            .baselineOnMigrate(true)
            .baselineVersion("0")
            .callbacks(new SearchPath(path));
    for (MigrationInfo pending : configuration.load().info().pending()) {
      mustNotName(live, Path.of(pending.getPhysicalLocation()));
    }
    run(warehouse, "The tables of " + sqlWarehouse, configuration);
  }

  private static void mustNotName(String schema, Path migration) {
    try {
      String name = "(?:" + Pattern.quote(schema) + "|\"" + Pattern.quote(schema) + "\")";
      if (Pattern.compile("(?<![\\w\"])" + name + "\\s*\\.")
          .matcher(Files.readString(migration))
          .find()) {
        throw new StageException(
            StageException.Kind.SETTINGS,
            "The migration "
                + migration
                + " must not name the schema "
                + schema
                + ", because a replay first runs it beside the live star: leave the schema out");
      }
    } catch (IOException e) {
      throw new StageException(
          StageException.Kind.SETTINGS, "The migration " + migration + " cannot be read: " + e, e);
    }
  }

  /** Brings headrace's own schema up to date. */
  public static void migrateOwn(Database warehouse) {
    run(
        warehouse,
        "The schema " + SCHEMA,
        configure(warehouse, OWN_HISTORY).locations(OWN_MIGRATIONS));
  }

  private static FluentConfiguration configure(Database warehouse, String history) {
    return Flyway.configure(WarehouseSchema.class.getClassLoader())
        .loggers("slf4j")
        .dataSource(warehouse.jdbcUrl(), warehouse.user(), warehouse.password())
        .defaultSchema(SCHEMA)
        .table(history)
        .placeholderReplacement(false);
  }

  private static void run(Database warehouse, String what, FluentConfiguration configuration) {
    try {
      configuration.load().migrate();
    } catch (FlywayException e) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          what + " cannot be brought up to date in " + warehouse + ": " + told(warehouse, e),
          e);
    }
  }

  private static String told(Database warehouse, FlywayException e) {
    return String.valueOf(e.getMessage()).strip() + WarehouseRights.remedy(warehouse, e);
  }

  private static String searchPath(Database warehouse) {
    try (Connection connection = warehouse.connect("headrace schema");
        Statement statement = connection.createStatement();
        ResultSet path = statement.executeQuery("SHOW search_path")) {
      path.next();
      return path.getString(1);
    } catch (SQLException e) {
      throw new StageException(
          StageException.Kind.FAILED, warehouse + " cannot be reached: " + e.getMessage(), e);
    }
  }

  /** Flyway puts the history's schema first in the search path; the star must not land there. */
  private static final class SearchPath extends BaseCallback {
    private final String path;

    SearchPath(String path) {
      this.path = path;
    }

    @Override
    public boolean supports(Event event, Context context) {
      return event == Event.BEFORE_EACH_MIGRATE;
    }

    @Override
    public void handle(Event event, Context context) {
      try (Statement statement = context.getConnection().createStatement()) {
        statement.execute("SET search_path TO " + path);
      } catch (SQLException e) {
        throw new FlywayException("search_path could not be set to " + path, e);
      }
    }
  }
}
