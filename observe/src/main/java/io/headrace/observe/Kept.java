package io.headrace.observe;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client of a server, open from one question to the next and made anew after each failure. One
 * question at a time.
 */
final class Kept<R extends AutoCloseable> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Kept.class);

  private final Opening<R> opening;
  private final ReentrantLock asking = new ReentrantLock();
  private @Nullable R open;
  private volatile boolean closed;

  /** How the client is made. */
  interface Opening<R> {
    R open() throws Exception;
  }

  /** What is asked of it. */
  interface Question<R, T> {
    @Nullable T ask(R client) throws Exception;
  }

  Kept(Opening<R> opening) {
    this.opening = opening;
  }

  <T> @Nullable T ask(Question<R, T> question) throws Exception {
    asking.lock();
    boolean answered = false;
    try {
      R client = open;
      if (client == null) {
        client = opening.open();
        open = client;
      }
      T answer = question.ask(client);
      answered = true;
      return answer;
    } finally {
      if (!answered || closed) {
        release();
      }
      asking.unlock();
    }
  }

  private void release() {
    R client = open;
    open = null;
    if (client != null) {
      try {
        client.close();
      } catch (Exception e) {
        LOG.debug("could not be closed", e);
      }
    }
  }

  /** Whoever asks just now closes it. */
  @Override
  public void close() {
    closed = true;
    if (asking.tryLock()) {
      try {
        release();
      } finally {
        asking.unlock();
      }
    }
  }
}
