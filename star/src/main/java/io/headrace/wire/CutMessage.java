package io.headrace.wire;

import org.jspecify.annotations.Nullable;

/**
 * What somebody writes into the source's log, by {@code pg_logical_emit_message}, who wants an
 * epoch to end exactly where a snapshot of the source stands: {@link Begin} before taking the
 * snapshot, {@link End} after it. The capture answers in the {@link Epoch} that holds the latter.
 */
public sealed interface CutMessage {

  /** The prefix of such messages. */
  String PREFIX = "headrace.cut";

  /** Names the cut. No spaces. */
  String id();

  /** The content of the message. */
  String content();

  /** From here on every transaction of the source is an epoch of its own, for a moment. */
  record Begin(String id) implements CutMessage {
    @Override
    public String content() {
      return "begin " + id;
    }
  }

  /**
   * The snapshot has been taken.
   *
   * @param snapshot which transactions it sees: the text of {@code pg_current_snapshot()}
   */
  record End(String id, String snapshot) implements CutMessage {
    @Override
    public String content() {
      return "end " + id + " " + snapshot;
    }
  }

  /** Reads a content; null when it is none. */
  static @Nullable CutMessage parse(String content) {
    String[] words = content.split(" ", -1);
    if (words.length == 2 && words[0].equals("begin")) {
      return new Begin(words[1]);
    }
    if (words.length == 3 && words[0].equals("end")) {
      return new End(words[1], words[2]);
    }
    return null;
  }
}
