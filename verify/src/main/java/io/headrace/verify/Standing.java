package io.headrace.verify;

import io.headrace.sink.StarPlace;
import io.headrace.stage.StageException;
import io.headrace.wire.EpochMark;
import io.headrace.wire.Lsn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;

/**
 * Where the warehouse stands.
 *
 * @param mark the epoch that it shows
 * @param generation the definition of the star that it shows
 */
record Standing(EpochMark mark, String generation) {

  /**
   * Reads it.
   *
   * @throws StageException while the warehouse shows nothing
   */
  static Standing read(Connection warehouse) throws SQLException {
    return read(warehouse, StarPlace.LIVE);
  }

  /** The same for a star that stands elsewhere. */
  static Standing read(Connection warehouse, StarPlace place) throws SQLException {
    try (Statement statement = warehouse.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT epoch, lsn::text, committed, generation FROM " + place.own("position"))) {
      if (!row.next()) {
        throw new StageException(
            StageException.Kind.FAILED,
            "The warehouse has not been filled yet: " + place.own("position") + " is empty.");
      }
      EpochMark mark =
          new EpochMark(
              row.getLong(1),
              Lsn.parse(row.getString(2)),
              row.getObject(3, OffsetDateTime.class).toInstant());
      return new Standing(mark, row.getString(4));
    }
  }

  /** Refuses a warehouse that shows another definition of the star. */
  void mustShow(String expected) {
    if (!generation.equals(expected)) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The warehouse must show the star of generation "
              + expected
              + " as long as it is compared, but shows generation "
              + generation
              + ": a replay has put another star in its place. Start the comparison again.");
    }
  }
}
