package io.headrace.capture;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The wish to end, and how what blocks is woken up by it. */
final class Closing {

  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

  private final Set<Registration> registrations = ConcurrentHashMap.newKeySet();
  private volatile boolean asked;

  /** Ends something that blocks; called from another thread, at most once. */
  @FunctionalInterface
  interface Interruption {
    void run() throws Exception;
  }

  /** An interruption that counts until it is closed. */
  final class Registration implements AutoCloseable {
    private final Interruption interruption;

    private Registration(Interruption interruption) {
      this.interruption = interruption;
    }

    @Override
    public void close() {
      registrations.remove(this);
    }
  }

  /** Asks everything to end. */
  void ask() {
    asked = true;
    registrations.forEach(this::interrupt);
  }

  boolean asked() {
    return asked;
  }

  /** Ends the calling thread's work when the end was asked for. */
  void throwIfAsked() throws InterruptedException {
    if (asked) {
      throw new InterruptedException("the capture is being closed");
    }
  }

  /**
   * From now on {@link #ask} runs this, until the registration is closed; at once where the end was
   * asked for before.
   */
  Registration register(Interruption interruption) {
    Registration registration = new Registration(interruption);
    registrations.add(registration);
    if (asked) {
      interrupt(registration);
    }
    return registration;
  }

  private void interrupt(Registration registration) {
    if (registrations.remove(registration)) {
      try {
        registration.interruption.run();
      } catch (Exception e) {
        LOG.debug("interrupting failed", e);
      }
    }
  }
}
