package io.headrace.pipeline;

import io.headrace.capture.Capture;
import io.headrace.capture.CaptureSettings;
import io.headrace.sink.Sink;
import io.headrace.sink.SinkSettings;
import io.headrace.stage.Stage;
import io.headrace.stage.StageListener;
import io.headrace.star.Star;
import io.headrace.transform.Transform;
import io.headrace.transform.TransformSettings;

/** The three stages, as the commands put them together. */
enum StageKind {
  CAPTURE {
    @Override
    Stage create(Setup setup, Star star, StageListener listener) {
      return new Capture(
          new CaptureSettings(
              setup.source(), setup.kafka(), setup.topics(), setup.partitions(), (short) 1, false),
          star,
          listener);
    }
  },
  TRANSFORM {
    @Override
    Stage create(Setup setup, Star star, StageListener listener) {
      return new Transform(
          new TransformSettings(
              setup.kafka(), setup.topics(), setup.state(), 1, (short) 1, setup.holdBack()),
          star,
          listener);
    }
  },
  SINK {
    @Override
    Stage create(Setup setup, Star star, StageListener listener) {
      return new Sink(
          new SinkSettings(setup.warehouse(), setup.kafka(), setup.topics()), star, listener);
    }
  };

  abstract Stage create(Setup setup, Star star, StageListener listener);
}
