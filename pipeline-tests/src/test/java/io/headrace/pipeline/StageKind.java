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
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;

/** The three stages, as the commands put them together. */
enum StageKind {
  CAPTURE {
    @Override
    Stage create(Setup setup, Star star, StageListener listener, MeterRegistry registry) {
      return new Capture(
          new CaptureSettings(
              setup.source(), setup.kafka(), setup.topics(), setup.partitions(), (short) 1, false),
          star,
          listener,
          registry);
    }
  },
  TRANSFORM {
    @Override
    Stage create(Setup setup, Star star, StageListener listener, MeterRegistry registry) {
      return new Transform(
          new TransformSettings(
                  setup.kafka(), setup.topics(), setup.state(), 1, (short) 1, setup.holdBack())
              .withDeadLetterLimit(setup.deadLetterLimit()),
          star,
          listener,
          registry);
    }
  },
  SINK {
    @Override
    Stage create(Setup setup, Star star, StageListener listener, MeterRegistry registry) {
      return new Sink(
          SinkSettings.live(setup.warehouse(), setup.source(), setup.kafka(), setup.topics(), null)
              .withDeadLetterLimit(setup.deadLetterLimit()),
          star,
          listener,
          registry);
    }
  };

  Stage create(Setup setup, Star star, StageListener listener) {
    return create(setup, star, listener, new CompositeMeterRegistry());
  }

  abstract Stage create(Setup setup, Star star, StageListener listener, MeterRegistry registry);
}
