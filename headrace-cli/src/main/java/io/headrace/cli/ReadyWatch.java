package io.headrace.cli;

import io.headrace.sink.FirstLoad;
import io.headrace.star.Star;
import io.headrace.wire.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * Waits until the warehouse shows what the source held when {@code up} began, and the marts are
 * filled; then says so.
 */
final class ReadyWatch {
  private final Servers servers;
  private final Star star;
  private final Progress progress;
  private final Console console;
  private final Lsn begin;

  ReadyWatch(Servers servers, Star star, Progress progress, Console console) {
    this.servers = servers;
    this.star = star;
    this.progress = progress;
    this.console = console;
    this.begin = Databases.position(servers.source());
  }

  boolean isReady() {
    return progress.reached(begin)
        && FirstLoad.state(servers.warehouse(), star) == FirstLoad.State.MARTS_FILLED;
  }

  /**
   * Says so.
   *
   * @param page where the console is; null for nowhere
   */
  void tell(@Nullable String page) {
    console.say("");
    console.say("ready");
    console.say("  source:    " + servers.sourcePsql());
    console.say("  warehouse: " + servers.warehousePsql());
    if (page != null) {
      console.say("  console:   " + page);
    }
    console.say("");
    console.say("Change a row in the source and look at the warehouse. Ctrl-C stops.");
  }
}
