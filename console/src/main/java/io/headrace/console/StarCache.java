package io.headrace.console;

import io.headrace.stage.StageException;
import io.headrace.star.CatalogException;
import io.headrace.star.Star;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The compiled star; compiled again when somebody asks and it may have changed. */
final class StarCache {
  private static final Duration KEPT = Duration.ofSeconds(30);

  private final Supplier<Star> star;
  private @Nullable String json;
  private long compiled;

  StarCache(Supplier<Star> star) {
    this.star = star;
  }

  synchronized String json() {
    if (json == null || System.nanoTime() - compiled > KEPT.toNanos()) {
      try {
        json = StarJson.write(star.get());
      } catch (StageException | CatalogException e) {
        throw new Refused(503, String.valueOf(e.getMessage()));
      }
      compiled = System.nanoTime();
    }
    return json;
  }
}
