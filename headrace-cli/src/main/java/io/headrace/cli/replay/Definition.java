package io.headrace.cli.replay;

import io.headrace.sink.LiveStar;
import io.headrace.sink.WarehouseSchema;
import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.star.Star;
import io.headrace.star.StarCompiler;
import io.headrace.star.StarFile;
import io.headrace.star.StarFiles;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The definition of the star that the stages feed. It is the one that the warehouse shows, even
 * when the files say something else by now: only a replay goes over to another one. Tables that are
 * only added need no replay.
 *
 * @param star the star, compiled
 * @param shown the generation that the warehouse showed when this was decided; empty for none
 * @param captured every SELECT for which the source's changes must be captured
 */
public record Definition(Star star, String shown, List<StarFile> captured) {
  public Definition {
    captured = List.copyOf(captured);
  }

  /**
   * Decides at start, and brings the warehouse's tables up to date where that does not change a
   * star that is fed by other SQL.
   *
   * @param sql the folder with {@code star/} and {@code warehouse/}
   * @param say hears why the files are not followed
   */
  public static Definition decide(
      Path sql, Database source, Database warehouse, Consumer<String> say) {
    WarehouseSchema.migrateOwn(warehouse);
    List<StarFile> files = StarFiles.read(sql);
    LiveStar live = LiveStar.of(warehouse);
    if (live == null || follows(files, live, source)) {
      WarehouseSchema.migrate(warehouse, sql.resolve("warehouse"));
      return new Definition(
          named(live, compile(files, source, warehouse)), generation(live), files);
    }
    say.accept(sentence(files, live));
    return new Definition(
        live.named(compile(live.files(), source, warehouse)), live.generation(), both(files, live));
  }

  /** Decides for a stage that does not write to the warehouse, which may be empty still. */
  public static Definition look(
      Path sql, Database source, Database warehouse, Consumer<String> say) {
    List<StarFile> files = StarFiles.read(sql);
    LiveStar live = LiveStar.of(warehouse);
    if (live == null || follows(files, live, source)) {
      return new Definition(named(live, compile(files, source)), generation(live), files);
    }
    say.accept(sentence(files, live));
    return new Definition(
        live.named(compile(live.files(), source)), live.generation(), both(files, live));
  }

  private static String generation(@Nullable LiveStar live) {
    return live == null ? "" : live.generation();
  }

  private static Star named(@Nullable LiveStar live, Star star) {
    return live == null ? star : live.named(star);
  }

  private static String sentence(List<StarFile> files, LiveStar live) {
    return "The SQL of "
        + String.join(", ", differing(files, live))
        + " is not that of the star in the warehouse, which is fed on by its own SQL; migrations of the warehouse wait."
        + " To go over to the new SQL: ./headrace replay";
  }

  /** The one that the warehouse shows now. */
  public static Definition shown(Database source, Database warehouse) {
    LiveStar live = LiveStar.of(warehouse);
    if (live == null || live.files().isEmpty()) {
      throw new StageException(
          StageException.Kind.FAILED, warehouse + " does not say what its star's SQL is");
    }
    return new Definition(
        live.named(compile(live.files(), source, warehouse)), live.generation(), live.files());
  }

  /** Whether the files can be followed: no table that is live has other SQL. */
  private static boolean follows(List<StarFile> files, LiveStar live, Database source) {
    return live.files().isEmpty()
        || differing(files, live).stream().noneMatch(names(live.files())::contains)
        || live.shows(compile(files, source));
  }

  private static Set<String> differing(List<StarFile> files, LiveStar live) {
    Map<String, String> texts =
        live.files().stream().collect(Collectors.toMap(StarFile::name, StarFile::text));
    Set<String> differing = new TreeSet<>(texts.keySet());
    differing.removeAll(names(files));
    files.stream()
        .filter(file -> !file.text().equals(texts.get(file.name())))
        .forEach(file -> differing.add(file.name()));
    return differing;
  }

  private static Set<String> names(List<StarFile> files) {
    return files.stream().map(StarFile::name).collect(Collectors.toSet());
  }

  private static List<StarFile> both(List<StarFile> files, LiveStar live) {
    Map<String, StarFile> byName =
        files.stream().collect(Collectors.toMap(StarFile::name, Function.identity()));
    List<StarFile> both = new ArrayList<>(files);
    for (StarFile file : live.files()) {
      StarFile other = byName.get(file.name());
      if (other == null || !other.text().equals(file.text())) {
        both.add(new StarFile(file.path(), file.name() + ", as it is live", file.text()));
      }
    }
    return both;
  }

  /** What the capture needs to know. */
  public Star captured(Database source) {
    return compile(captured, source);
  }

  static Star compile(List<StarFile> files, Database source) {
    try (Connection connection = source.connect("headrace")) {
      return StarCompiler.compile(files, connection);
    } catch (SQLException e) {
      throw unreachable(source, e);
    }
  }

  static Star compile(List<StarFile> files, Database source, Database warehouse) {
    try (Connection from = source.connect("headrace");
        Connection to = warehouse.connect("headrace")) {
      return StarCompiler.compile(files, from, to);
    } catch (SQLException e) {
      throw unreachable(source, e);
    }
  }

  static StageException unreachable(Database database, SQLException e) {
    return new StageException(
        StageException.Kind.FAILED,
        "The star cannot be compiled with " + database + ": " + e.getMessage(),
        e);
  }
}
