package io.headrace.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;

/** Stops a thread at a place until its process is killed there, and tells the killer by a file. */
final class Parking {
  private final Queue<String> places;
  private final Path there;

  /**
   * Where to stop.
   *
   * @param places to be passed in this order, between commas, the last one never; empty for nowhere
   * @param there the file that is made when it is reached
   */
  Parking(String places, Path there) {
    this.places = new ArrayDeque<>();
    Arrays.stream(places.split(",", -1)).filter(p -> !p.isEmpty()).forEach(this.places::add);
    this.there = there;
  }

  /** To be called at each place; does not return from the last one. */
  synchronized void reached(String place) {
    if (!place.equals(places.peek())) {
      return;
    }
    places.remove();
    if (places.isEmpty()) {
      try {
        Files.createFile(there);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      while (true) {
        LockSupport.park(this);
      }
    }
  }
}
