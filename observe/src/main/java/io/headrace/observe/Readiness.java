package io.headrace.observe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.headrace.observe.PipelineWatch.Seen;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether changes pass, and why not.
 *
 * @param ready false when something stands still or has not begun
 * @param causes in words; also of what is only slow or paused
 */
public record Readiness(boolean ready, List<String> causes) {

  /**
   * What follows from a look.
   *
   * @param seen the last look; null when there is none yet
   * @param hops of which troubles count
   */
  public static Readiness of(@Nullable Seen seen, Set<Hop> hops) {
    if (seen == null) {
      return new Readiness(false, List.of("nobody has looked at the pipeline yet"));
    }
    if (seen.stale()) {
      return new Readiness(
          false, List.of("nobody has looked at the pipeline for " + seen.age().toSeconds() + " s"));
    }
    List<Trouble> troubles =
        seen.troubles().stream().filter(trouble -> hops.contains(trouble.hop())).toList();
    return new Readiness(
        troubles.stream().noneMatch(trouble -> trouble.kind().stops()),
        troubles.stream().map(Trouble::toString).toList());
  }

  /** {@code ready}, {@code slow} or {@code not ready}. */
  public String word() {
    if (!ready) {
      return "not ready";
    }
    return causes.isEmpty() ? "ready" : "slow";
  }

  /** As lines for a person. */
  public String text() {
    return causes.stream()
        .map(cause -> cause + "\n")
        .collect(Collectors.joining("", word() + "\n", ""));
  }

  /** As a JSON document. */
  public String json() {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("status", word());
      json.writeArrayFieldStart("causes");
      for (String cause : causes) {
        json.writeString(cause);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }
}
