package io.headrace.sink;

import io.headrace.sink.StarRelations.Relation;
import io.headrace.stage.StageException;
import io.headrace.star.Star;
import io.headrace.star.StarTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes the shadow's tables, empty, or goes on with those of a replay that was interrupted. */
final class ShadowTables {
  private final ReplayWork work;
  private final Connection connection;
  private final Set<Long> abandoned = new HashSet<>();
  private String liveSchema = "";

  ShadowTables(ReplayWork work) {
    this.work = work;
    this.connection = work.connection();
  }

  /** The schema in which the live star is. */
  String liveSchema() {
    return liveSchema;
  }

  /** The views, by their oid, that stay with the old star. */
  Set<Long> abandoned() {
    return Set.copyOf(abandoned);
  }

  /**
   * Tables, views and marts of a whole star.
   *
   * @param migrations the folder of the star's migrations; one that is missing has none
   */
  void prepare(Star star, Path migrations) throws SQLException, InterruptedException {
    List<String> names = star.tables().stream().map(StarTable::name).toList();
    StarRelations relations = work.inTransaction(() -> create(star, names));
    liveSchema = relations.schema();
    if (Files.isDirectory(migrations)) {
      WarehouseSchema.migrateShadow(work.settings().warehouse(), migrations, liveSchema);
    }
    work.inTransaction(
        () -> {
          StarRelations.setPath(connection, Obstacles.path(Shadow.PLACE, relations));
          refuse(relations, Obstacles.brokenViews(connection, relations, Shadow.PLACE));
          return relations;
        });
  }

  private StarRelations create(Star star, List<String> names) throws SQLException {
    StarRelations relations = StarRelations.read(connection, names);
    refuse(relations, Obstacles.find(connection, relations));
    abandon(relations);
    ShadowScript script = ShadowScript.of(connection, relations, Shadow.schema());
    if (Shadow.stands(connection, star.generation(), script)) {
      work.says("Goes on with the star that an earlier replay has begun.");
    } else {
      Shadow.create(connection, relations, script, star.generation());
    }
    return relations;
  }

  /** Views of others that headrace may not replace stay with the old star. */
  private void abandon(StarRelations relations) throws SQLException {
    for (Relation view : Obstacles.kept(relations)) {
      if (!Obstacles.mayReplace(connection, view)) {
        abandoned.add(view.oid());
      }
    }
  }

  private void refuse(StarRelations relations, List<String> obstacles) {
    if (obstacles.isEmpty()) {
      return;
    }
    String list = String.join("\n  ", obstacles);
    if (work.settings().force()) {
      work.says("Lost with the old star:\n  " + list);
      Obstacles.kept(relations).stream()
          .filter(view -> obstacles.stream().anyMatch(o -> o.startsWith("view " + view + ":")))
          .forEach(view -> abandoned.add(view.oid()));
      return;
    }
    throw new StageException(
        StageException.Kind.SETTINGS,
        "These hang on the star in "
            + relations.schema()
            + " and would not survive; take them away first, or accept it with --force:\n  "
            + list);
  }

  /** One table only. */
  void prepareTable(Star only) throws SQLException, InterruptedException {
    work.inTransaction(
        () -> {
          Relation table = relation(connection, only);
          if (Shadow.createOnly(connection, table, only.generation())) {
            work.says("Goes on with the table that an earlier replay has begun.");
          }
          return table;
        });
  }

  /** The live table of a star of one table. */
  static Relation relation(Connection connection, Star only) throws SQLException {
    List<String> names = only.tables().stream().map(StarTable::name).toList();
    return StarRelations.read(connection, names).tables().get(0);
  }
}
