package io.headrace.cli;

import io.headrace.sink.FirstLoad;
import io.headrace.star.Star;
import io.headrace.wire.Lsn;

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

  void tell() {
    console.say("");
    console.say("ready");
    console.say("  source:    " + servers.sourcePsql());
    console.say("  warehouse: " + servers.warehousePsql());
    console.say("");
    console.say("Change a row in the source and look at the warehouse. Ctrl-C stops.");
  }
}
