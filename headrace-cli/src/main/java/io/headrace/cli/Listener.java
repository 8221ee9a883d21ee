package io.headrace.cli;

import io.headrace.stage.StageListener;
import io.headrace.wire.EpochMark;
import java.util.function.Consumer;

/** Tells the console what a stage says, and somebody which epochs it completes. */
final class Listener implements StageListener {
  private final Console console;
  private final Progressing progress;
  private final Consumer<EpochMark> completed;

  /** Tells how far work is. */
  interface Progressing {
    void progress(String work, long done, long total);
  }

  Listener(Console console, Consumer<EpochMark> completed) {
    this(console, console::progress, completed);
  }

  Listener(Console console, Progressing progress, Consumer<EpochMark> completed) {
    this.progress = progress;
    this.console = console;
    this.completed = completed;
  }

  @Override
  public void says(String sentence) {
    console.say(sentence);
  }

  @Override
  public void progress(String work, long done, long total) {
    progress.progress(work, done, total);
  }

  @Override
  public void completed(EpochMark epoch) {
    completed.accept(epoch);
  }
}
