package io.headrace.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.embedded.LocalPostgres;
import io.headrace.observe.Hop;
import io.headrace.observe.PipelineWatch;
import io.headrace.observe.PipelineWatch.Seen;
import io.headrace.observe.Readiness;
import io.headrace.observe.Trouble;
import io.headrace.stage.Database;
import io.headrace.wire.EpochMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever stands still is named within 15 seconds, and nothing else; and all is well afterwards.
 */
class HopsIT {
  private static final Duration NAMED = Duration.ofSeconds(15);
  private static final Duration WELL = Duration.ofMinutes(2);
  private static final Set<Hop> ALL = EnumSet.allOf(Hop.class);

  @TempDir Path folder;

  @Test
  void each_hop_that_stands_still_is_named() throws Exception {
    Map<StageKind, StageProcess> stages = new EnumMap<>(StageKind.class);
    try (LocalPostgres source = postgres("source");
        LocalPostgres warehouse = postgres("warehouse");
        BrokerProcess broker = BrokerProcess.start(folder.resolve("kafka"));
        Wire wire = new Wire(source.port());
        AutoCloseable ignored = () -> stages.values().forEach(StageProcess::close)) {
      Setup setup =
          Setup.on(
              address(source, source.port()),
              address(warehouse, warehouse.port()),
              broker.bootstrapServers(),
              Example.SCHOOL);
      // The capture's own way to the source can be cut.
      stages.put(
          StageKind.CAPTURE,
          StageProcess.start(setup.withSource(address(source, wire.port())), StageKind.CAPTURE));
      stages.put(StageKind.TRANSFORM, StageProcess.start(setup, StageKind.TRANSFORM));
      stages.put(StageKind.SINK, StageProcess.start(setup, StageKind.SINK));
      try (PipelineWatch watch = PipelineWatch.start(setup.observed())) {
        awaitWell(watch);
        staysWell(watch, Duration.ofSeconds(5));
        stops(watch, Hop.SOURCE, servers(folder.resolve("source")));
        stops(watch, Hop.KAFKA, List.of(broker.handle()));
        stops(watch, Hop.WAREHOUSE, servers(folder.resolve("warehouse")));
        stops(watch, Hop.CAPTURE, handle(stages, StageKind.CAPTURE));
        stops(watch, Hop.TRANSFORM, handle(stages, StageKind.TRANSFORM));
        stops(watch, Hop.SINK, handle(stages, StageKind.SINK));
        wire.cut();
        awaitNamed(watch, Hop.CAPTURE);
        wire.mend();
        awaitWell(watch);
        for (StageKind kind : StageKind.values()) {
          Objects.requireNonNull(stages.remove(kind)).kill();
          awaitNamed(watch, Hop.valueOf(kind.name()));
          stages.put(kind, StageProcess.start(setup, kind));
          awaitWell(watch);
        }
      }
    }
  }

  private LocalPostgres postgres(String name) {
    return LocalPostgres.start(new LocalPostgres.Settings(name, folder.resolve(name), 0));
  }

  private static Database address(LocalPostgres server, int port) {
    return new Database(server.host(), port, server.database(), server.user(), server.password());
  }

  private static List<ProcessHandle> handle(Map<StageKind, StageProcess> stages, StageKind kind) {
    return List.of(Objects.requireNonNull(stages.get(kind)).handle());
  }

  /** The postmaster and all its children. */
  private static List<ProcessHandle> servers(Path folder) throws IOException {
    Path pid;
    try (Stream<Path> files = Files.walk(folder)) {
      pid = files.filter(file -> file.endsWith("postmaster.pid")).findFirst().orElseThrow();
    }
    ProcessHandle postmaster =
        ProcessHandle.of(Long.parseLong(Files.readAllLines(pid).get(0).strip())).orElseThrow();
    List<ProcessHandle> all = new ArrayList<>(postmaster.descendants().toList());
    all.add(0, postmaster);
    return all;
  }

  private static void stops(PipelineWatch watch, Hop hop, List<ProcessHandle> processes)
      throws Exception {
    signal("STOP", processes);
    try {
      awaitNamed(watch, hop);
    } finally {
      signal("CONT", processes);
    }
    awaitWell(watch);
  }

  private static void signal(String signal, List<ProcessHandle> processes) throws Exception {
    for (ProcessHandle process : processes) {
      StageProcess.signal(signal, process);
    }
  }

  private static void awaitNamed(PipelineWatch watch, Hop hop) {
    long began = System.nanoTime();
    await(hop + " to be named")
        .atMost(NAMED)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> !readiness(watch).ready());
    List<Trouble> troubles = Objects.requireNonNull(watch.seen()).troubles();
    System.out.printf(
        "[headrace] %s named after %.1f s: %s%n", hop, (System.nanoTime() - began) / 1e9, troubles);
    assertThat(troubles).extracting(Trouble::hop).containsOnly(hop);
  }

  /**
   * Something that is written from now on has arrived: a stage that only starts is not late yet.
   */
  private static void awaitWell(PipelineWatch watch) {
    Instant since = Instant.now();
    await("all to be well")
        .atMost(WELL)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> readiness(watch).word().equals("ready") && shown(watch).isAfter(since));
  }

  private static Instant shown(PipelineWatch watch) {
    Seen seen = watch.seen();
    EpochMark shown =
        seen == null ? null : seen.state().warehouse().map(state -> state.sink().shown());
    return shown == null ? Instant.MIN : shown.committed();
  }

  private static void staysWell(PipelineWatch watch, Duration time) {
    await().during(time).atMost(time.plusSeconds(10)).until(() -> readiness(watch).ready());
  }

  private static Readiness readiness(PipelineWatch watch) {
    return Readiness.of(watch.seen(), ALL);
  }
}
