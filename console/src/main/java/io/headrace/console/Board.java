package io.headrace.console;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the open pages shall show: the newest text under each name. A page that is slow misses what
 * was replaced meanwhile, and holds nobody up.
 */
final class Board {
  private final Map<String, Note> notes = new LinkedHashMap<>();
  private long version;
  private boolean closed;

  /**
   * Something to show.
   *
   * @param version grows with each note
   * @param name the event's
   * @param json its text
   */
  record Note(long version, String name, String json) {}

  /** Shows it, unless it is what was shown. */
  synchronized void show(String name, String json) {
    Note shown = notes.get(name);
    if (shown == null || !shown.json().equals(json)) {
      notes.put(name, new Note(++version, name, json));
      notifyAll();
    }
  }

  /**
   * Waits for what was not seen.
   *
   * @param seen the highest version that was; 0 for none
   * @return nothing when nothing has come; null when the console ends
   */
  synchronized @Nullable List<Note> after(long seen, Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    long left = atMost.toMillis();
    while (!closed && version <= seen && left > 0) {
      wait(left);
      left = Duration.ofNanos(end - System.nanoTime()).toMillis();
    }
    return closed ? null : notes.values().stream().filter(note -> note.version() > seen).toList();
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
