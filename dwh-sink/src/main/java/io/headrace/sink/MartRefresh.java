package io.headrace.sink;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Refreshes the marts: every materialized view that is found without naming a schema. */
public final class MartRefresh {

  private MartRefresh() {}

  /**
   * Refreshes all of them, each from one state of the star, without blocking readers. Another
   * refresh that is running is waited for.
   *
   * @param listener hears which mart has been refreshed
   * @return the marts' names, in the order in which they were refreshed
   * @throws StageException when one cannot be refreshed
   */
  public static List<String> refresh(Database warehouse, StageListener listener) {
    return refresh(warehouse, StarPlace.LIVE, listener);
  }

  /** The same for a star that stands elsewhere. */
  static List<String> refresh(Database warehouse, StarPlace place, StageListener listener) {
    try (Connection connection = place.connect(warehouse, "headrace refresh")) {
      List<Mart> marts = Mart.all(connection, place);
      for (Mart mart : marts) {
        refresh(connection, mart);
        listener.says("The mart " + mart.name() + " has been refreshed.");
      }
      return marts.stream().map(mart -> mart.name().toString()).toList();
    } catch (SQLException e) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The marts cannot be refreshed in " + warehouse + ": " + new SqlFailure(e).sentence(),
          e);
    }
  }

  private static void refresh(Connection connection, Mart mart) {
    try {
      mart.refresh(connection);
    } catch (SQLException e) {
      throw new StageException(
          StageException.Kind.FAILED,
          "The mart " + mart.name() + " cannot be refreshed: " + new SqlFailure(e).sentence(),
          e);
    }
  }
}
