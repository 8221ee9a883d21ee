package io.headrace.console;

import io.headrace.observe.PipelineWatch;
import io.headrace.observe.http.HealthRoutes;
import io.headrace.stage.Database;
import io.headrace.star.Star;
import io.headrace.wire.Topics;
import java.util.List;
import java.util.function.Supplier;

/**
 * The pipeline that a console shows and acts on.
 *
 * @param source the source
 * @param warehouse the warehouse
 * @param kafka bootstrap servers
 * @param topics whose pipeline it is
 * @param star compiles the definition that the warehouse shows; may take seconds, and fail
 * @param watch looks at it all the time
 * @param health what is served of it besides the page
 * @param commands how headrace's own commands are run on this pipeline
 */
public record Subject(
    Database source,
    Database warehouse,
    String kafka,
    Topics topics,
    Supplier<Star> star,
    PipelineWatch watch,
    HealthRoutes health,
    Commands commands) {

  /** Runs headrace's commands. */
  public interface Commands {
    /** A process that runs a command on the pipeline, not yet started. */
    ProcessBuilder of(List<String> arguments);
  }
}
