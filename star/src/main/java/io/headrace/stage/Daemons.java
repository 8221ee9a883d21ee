package io.headrace.stage;

import java.util.concurrent.ThreadFactory;

/** Threads that do not keep the process from ending. */
public final class Daemons {

  private Daemons() {}

  /** Makes such threads, all with the same name. */
  public static ThreadFactory named(String name) {
    return work -> {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Runs something in such a thread. */
  public static void start(String name, Runnable work) {
    named(name).newThread(work).start();
  }
}
