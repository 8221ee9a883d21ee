package io.headrace.sink.mart;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The refreshes at work in this process, so that they can be ended. For any thread. */
final class AtWork {
  private static final Logger LOG = LoggerFactory.getLogger(AtWork.class);

  private static final Duration AGAIN = Duration.ofMillis(200);

  private final Map<Long, Work> works = new ConcurrentHashMap<>();
  private volatile boolean closing;

  /** Why a refresh was ended before it was done. */
  enum End {
    CANCELLED,
    /** The scheduler stops; whoever runs next goes on. */
    STOPPED
  }

  /** One of them. */
  static final class Work {
    private final Connection connection;
    private volatile @Nullable End end;

    Work(Connection connection) {
      this.connection = connection;
    }

    /** Why it was ended; null when nobody did. */
    @Nullable End end() {
      return end;
    }

    private void end(End why) {
      if (end == null) {
        end = why;
      }
      try {
        // Again and again: the one before may have come between two statements.
        connection.unwrap(PGConnection.class).cancelQuery();
      } catch (SQLException e) {
        LOG.warn("the refresh's statement could not be cancelled", e);
      }
    }
  }

  Work begin(long id, Connection connection) {
    Work work = new Work(connection);
    works.put(id, work);
    if (closing) {
      work.end(End.STOPPED);
    }
    return work;
  }

  synchronized void over(long id) {
    works.remove(id);
    notifyAll();
  }

  /** Ends those that somebody wishes to cancel. */
  void cancelWished(Connection connection) throws SQLException {
    if (works.isEmpty()) {
      return;
    }
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT id FROM headrace.mart_refresh WHERE state = 'refreshing' AND cancel_wished");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        Work work = works.get(row.getLong(1));
        if (work != null) {
          work.end(End.CANCELLED);
        }
      }
    }
  }

  /** Ends all, and all to come. */
  void stop() {
    closing = true;
    works.values().forEach(work -> work.end(End.STOPPED));
  }

  /** The same, again and again until they have ended, for so long at most. */
  synchronized void stop(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    stop();
    while (!works.isEmpty() && System.nanoTime() < end) {
      wait(AGAIN.toMillis());
      stop();
    }
  }
}
