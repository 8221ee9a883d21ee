package io.headrace.console;

import io.headrace.stage.Daemons;
import io.javalin.http.sse.SseClient;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells the open pages what is new, each from a thread of its own. */
final class LivePages {
  private static final Duration BREATH = Duration.ofSeconds(5);

  private final Board board;
  private final Watchers watchers;

  LivePages(Board board, Watchers watchers) {
    this.watchers = watchers;
    this.board = board;
  }

  /** A page that has been opened. */
  void opened(SseClient page) {
    if (!watchers.opened()) {
      page.close();
      return;
    }
    page.keepAlive();
    Daemons.start("console-page", () -> tell(page));
  }

  private void tell(SseClient page) {
    try (page) {
      long seen = 0;
      while (!page.terminated()) {
        @Nullable List<Board.Note> news = board.after(seen, BREATH);
        if (news == null) {
          return;
        }
        for (Board.Note note : news) {
          page.sendEvent(note.name(), note.json());
          seen = Math.max(seen, note.version());
        }
        if (news.isEmpty()) {
          page.sendComment("still here");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      watchers.left();
    }
  }
}
