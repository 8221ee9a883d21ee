package io.headrace.pipeline;

import io.headrace.cli.replay.Definition;
import io.headrace.cli.replay.FollowingStage;
import io.headrace.cli.replay.ShownDefinition;
import io.headrace.sink.Sink;
import io.headrace.sink.SinkSettings;
import io.headrace.sink.StarPlace;
import io.headrace.stage.Stage;
import io.headrace.stage.StageListener;
import io.headrace.transform.Transform;
import io.headrace.transform.TransformSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The stages as the commands run them: they follow the definition that the warehouse shows. */
final class Following implements AutoCloseable {
  private final Setup setup;
  private final Definition first;
  private final StageListener listener;
  private final ShownDefinition shown;
  private final List<Stage> stages = new ArrayList<>();
  private final List<CompletableFuture<Void>> ends = new ArrayList<>();

  private Following(Setup setup, StageListener listener) {
    this.setup = setup;
    this.listener = listener;
    this.first = Definition.decide(setup.sql(), setup.source(), setup.warehouse(), listener::says);
    this.shown = new ShownDefinition(first, setup.source(), setup.warehouse(), listener::says);
  }

  static Following start(Setup setup, StageListener listener, StageKind... kinds) {
    Following following = new Following(setup, listener);
    for (StageKind kind : Set.of(kinds)) {
      following.start(following.create(kind));
    }
    return following;
  }

  private Stage create(StageKind kind) {
    return switch (kind) {
      case CAPTURE -> kind.create(setup, first.captured(setup.source()), listener);
      case TRANSFORM ->
          new FollowingStage(
              shown,
              definition ->
                  new Transform(
                      new TransformSettings(
                          setup.kafka(), setup.topics(), setup.state(), 1, (short) 1, true),
                      definition.star(),
                      listener));
      case SINK ->
          new FollowingStage(
              shown,
              definition ->
                  new Sink(
                      new SinkSettings(
                          setup.warehouse(),
                          setup.kafka(),
                          setup.topics(),
                          StarPlace.LIVE,
                          definition.shown()),
                      definition.star(),
                      listener));
    };
  }

  private void start(Stage stage) {
    stages.add(stage);
    ends.add(CompletableFuture.runAsync(stage::run, task -> new Thread(task).start()));
  }

  void check() {
    for (CompletableFuture<Void> end : ends) {
      if (end.isDone()) {
        end.join();
        throw new AssertionError("a stage ended by itself");
      }
    }
  }

  @Override
  public void close() {
    stages.forEach(Stage::close);
    ends.forEach(CompletableFuture::join);
    shown.close();
  }
}
