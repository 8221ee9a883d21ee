package io.headrace.verify;

import io.headrace.stage.StageListener;
import io.headrace.wire.EpochMark;

/** Tells nobody. */
class Silent implements StageListener {
  @Override
  public void says(String sentence) {}

  @Override
  public void progress(String work, long done, long total) {}

  @Override
  public void completed(EpochMark epoch) {}
}
