package io.headrace.sink;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.star.GenerationName;
import io.headrace.star.Star;
import io.headrace.star.StarFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The definition of the star that the warehouse shows.
 *
 * @param generation its name
 * @param files its SELECTs; empty when an older version wrote it, which did not keep them
 */
public record LiveStar(String generation, List<StarFile> files) {
  /** No such schema, no such table: no sink has been there yet. */
  private static final Set<String> ABSENT = Set.of("3F000", "42P01");

  public LiveStar {
    files = List.copyOf(files);
  }

  /** Whether a star, as it was compiled, is of this definition. */
  public boolean shows(Star compiled) {
    return GenerationName.parse(generation).definition().equals(compiled.generation());
  }

  /** A star as it was compiled, by the name that its facts have when it is the live one. */
  public Star named(Star compiled) {
    return shows(compiled) ? compiled.named(generation) : compiled;
  }

  /**
   * Asks the warehouse.
   *
   * @return null while the warehouse shows nothing
   * @throws StageException when it does not answer
   */
  public static @Nullable LiveStar of(Database warehouse) {
    try (Connection connection = warehouse.connect("headrace")) {
      return read(connection, StarPlace.LIVE);
    } catch (SQLException e) {
      if (ABSENT.contains(String.valueOf(e.getSQLState()))) {
        return null;
      }
      throw new StageException(
          StageException.Kind.FAILED,
          "The star's definition cannot be read from "
              + warehouse
              + ": "
              + new SqlFailure(e).sentence(),
          e);
    }
  }

  /** The generation that the warehouse shows; null while it shows nothing. In autocommit. */
  public static @Nullable String generation(Connection warehouse) throws SQLException {
    try (Statement statement = warehouse.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT generation FROM " + StarPlace.LIVE.own("position"))) {
      return row.next() ? row.getString(1) : null;
    } catch (SQLException e) {
      if (ABSENT.contains(String.valueOf(e.getSQLState()))) {
        return null;
      }
      throw e;
    }
  }

  static @Nullable LiveStar read(Connection connection, StarPlace place) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT p.generation, s.table_name, s.file, s.sql FROM "
                    + place.own("position")
                    + " p LEFT JOIN "
                    + place.own("star")
                    + " s ON s.generation = p.generation ORDER BY s.file")) {
      String generation = null;
      List<StarFile> files = new ArrayList<>();
      while (row.next()) {
        generation = row.getString(1);
        if (row.getString(2) != null) {
          files.add(new StarFile(Path.of(row.getString(3)), row.getString(2), row.getString(4)));
        }
      }
      return generation == null ? null : new LiveStar(generation, files);
    }
  }

  /** Writes it, in the transaction in which the star's tables first show it. */
  static void write(Connection connection, StarPlace place, Star star) throws SQLException {
    try (Statement clear = connection.createStatement()) {
      clear.execute("DELETE FROM " + place.own("star"));
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO "
                + place.own("star")
                + " (generation, table_name, file, sql) VALUES (?, ?, ?, ?)")) {
      for (StarFile file : star.files()) {
        insert.setString(1, star.generation());
        insert.setString(2, file.name());
        insert.setString(3, file.path().toString());
        insert.setString(4, file.text());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}
