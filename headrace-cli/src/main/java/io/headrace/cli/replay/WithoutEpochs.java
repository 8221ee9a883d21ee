package io.headrace.cli.replay;

import io.headrace.stage.StageListener;
import io.headrace.wire.EpochMark;

/** What the warehouse shows is told by the sink; the transform's epochs are nobody's business. */
record WithoutEpochs(StageListener listener) implements StageListener {
  @Override
  public void says(String sentence) {
    listener.says(sentence);
  }

  @Override
  public void progress(String work, long done, long total) {
    listener.progress(work, done, total);
  }

  @Override
  public void completed(EpochMark epoch) {}
}
