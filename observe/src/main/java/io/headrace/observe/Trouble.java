package io.headrace.observe;

/**
 * Why changes do not arrive in time.
 *
 * @param hop where they stop
 * @param kind how bad it is
 * @param words what is wrong there
 */
public record Trouble(Hop hop, Kind kind, String words) {

  /** How bad it is. */
  public enum Kind {
    /** Nothing passes. */
    STOPPED,
    /** Nothing can pass yet, because the beginning is not done. */
    STARTING,
    /** Changes pass, but late. */
    SLOW,
    /** Nothing passes because somebody wishes so, or because a mart was promised it. */
    PAUSED;

    /** Whether somebody has to do something. */
    public boolean stops() {
      return this == STOPPED || this == STARTING;
    }
  }

  /** Something that stands still. */
  public Trouble(Hop hop, String words) {
    this(hop, Kind.STOPPED, words);
  }

  @Override
  public String toString() {
    return hop + ": " + words;
  }
}
