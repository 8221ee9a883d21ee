package io.headrace.stage;

/** A stage of the pipeline: made from settings, run once, closed once. */
public interface Stage extends AutoCloseable {

  /**
   * Works until {@link #close} is called, then returns. Retries by itself what can pass by itself
   * (a server that is away), telling the listener.
   *
   * @throws StageException when it cannot go on; nothing is lost by that
   */
  void run();

  /**
   * Asks {@link #run} to end, from any thread, and waits until it has: seconds at most. Closing
   * twice is allowed.
   */
  @Override
  void close();
}
