package io.headrace.embedded;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker ends the whole JVM when it cannot go on (a full disk, say). In a process that is more
 * than a broker this is for the process to decide: so the thread that asked for the end dies, and
 * why is kept.
 */
final class KafkaExit {
  private static final Logger log = LoggerFactory.getLogger(KafkaExit.class);
  private static final AtomicReference<@Nullable String> reason = new AtomicReference<>();

  private KafkaExit() {}

  static void intercept() {
    Exit.setExitProcedure(KafkaExit::refuse);
    Exit.setHaltProcedure(KafkaExit::refuse);
  }

  /** Why a broker wanted to end; null while none did. */
  static @Nullable String reason() {
    return reason.get();
  }

  private static void refuse(int code, @Nullable String message) {
    String why = message == null ? "it ended with code " + code + ", see the log" : message;
    reason.compareAndSet(null, why);
    log.error("Kafka wants to end code={} reason={}", code, why);
    throw new ThreadDeathByBroker(why);
  }

  /** Not an Exception, so that no handler of the broker goes on after it. */
  private static final class ThreadDeathByBroker extends Error {
    private static final long serialVersionUID = 1L;

    ThreadDeathByBroker(String message) {
      super(message);
    }
  }
}
