package io.headrace.transform;

import io.headrace.stage.StageListener;
import io.headrace.wire.EpochMark;
import java.util.ArrayList;
import java.util.List;

/** Remembers what is told of progress, and nothing else. */
final class ToldProgress implements StageListener {

  private final List<String> told = new ArrayList<>();

  List<String> told() {
    return told;
  }

  @Override
  public void says(String sentence) {}

  @Override
  public void progress(String work, long done, long total) {
    told.add(work + " " + done + " of " + total);
  }

  @Override
  public void completed(EpochMark epoch) {}
}
