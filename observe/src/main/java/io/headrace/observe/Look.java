package io.headrace.observe;

import io.headrace.capture.CaptureState;
import io.headrace.observe.PipelineState.WarehouseState;
import io.headrace.sink.DeadLetters;
import io.headrace.sink.SinkState;
import io.headrace.sink.mart.MartHealth;
import io.headrace.stage.Database;
import io.headrace.star.Identifiers;
import io.headrace.transform.TransformState;
import io.headrace.wire.Epoch;
import io.headrace.wire.EpochReader;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a pipeline: asks the two databases and the brokers, all at once, and waits no longer
 * than {@link #PATIENCE} for any of them. Keeps its clients from one look to the next. For one
 * thread.
 */
public final class Look implements AutoCloseable {
  /** A server that takes longer than this to answer a small question does not answer. */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final String APPLICATION = "headrace status";

  private final Observed observed;
  private final List<Kept<?>> kept = new ArrayList<>();
  private final Kept<Connection> source;
  private final @Nullable Kept<Connection> warehouse;
  private final Kept<Admin> group;
  private final Kept<EpochReader> marks;
  private final Asker<CaptureState> capture;
  private final Asker<WarehouseState> star;
  private final Asker<Epoch> epoch;
  private final Asker<TransformState> transform;
  private final Asker<long[]> written;
  private final Asker<String> sourceDisk;
  private final Asker<String> warehouseDisk;
  private volatile @Nullable String generation;

  /** Nothing is asked before {@link #state}. */
  public Look(Observed observed) {
    this.observed = observed;
    Database there = observed.warehouse();
    generation = observed.generation();
    source = keep(() -> observed.source().connect(APPLICATION, PATIENCE));
    warehouse = there == null ? null : keep(() -> there.connect(APPLICATION, PATIENCE));
    group = keep(this::admin);
    marks = keep(this::epochs);
    Kept<EpochReader> last = keep(this::epochs);
    Kept<Admin> topics = keep(this::admin);
    capture =
        new Asker<>(
            "source", "nothing", () -> source.ask(c -> CaptureState.read(c, observed.topics())));
    star = new Asker<>("warehouse", "the warehouse has never been used by a sink", this::star);
    epoch =
        new Asker<>("epoch", "no epoch has been captured yet", () -> last.ask(EpochReader::last));
    transform = new Asker<>("transform", "the warehouse shows no star yet", this::transform);
    written =
        new Asker<>(
            "topics",
            "nothing",
            () -> topics.ask(admin -> CloserLook.written(admin, observed.topics())));
    sourceDisk = disk("source-disk", observed.source());
    warehouseDisk = disk("warehouse-disk", there);
  }

  private <R extends AutoCloseable> Kept<R> keep(Kept.Opening<R> opening) {
    Kept<R> client = new Kept<>(opening);
    kept.add(client);
    return client;
  }

  private EpochReader epochs() {
    return new EpochReader(observed.kafka(), observed.topics(), PATIENCE);
  }

  private Admin admin() {
    return Admin.create(
        Map.of(
            "bootstrap.servers",
            observed.kafka(),
            "default.api.timeout.ms",
            (int) PATIENCE.toMillis(),
            "request.timeout.ms",
            (int) PATIENCE.toMillis()));
  }

  private Asker<String> disk(String name, @Nullable Database server) {
    if (server == null) {
      return new Asker<>(name, "", () -> null);
    }
    Kept<Connection> client = keep(() -> server.connect(APPLICATION, PATIENCE));
    return new Asker<>(name, "", () -> client.ask(CloserLook::disk));
  }

  private @Nullable WarehouseState star() throws Exception {
    if (warehouse == null) {
      return null;
    }
    return warehouse.ask(
        connection -> {
          SinkState sink = SinkState.read(connection);
          if (sink == null) {
            return null;
          }
          generation = sink.generation() == null ? observed.generation() : sink.generation();
          return new WarehouseState(
              sink,
              SinkState.tables(
                  connection, observed.starTables().stream().map(Identifiers::quote).toList()),
              Runs.read(connection),
              CloserLook.sinkWork(connection),
              DeadLetters.waiting(connection),
              MartHealth.read(connection));
        });
  }

  private @Nullable TransformState transform() throws Exception {
    String shown = generation;
    return shown == null
        ? null
        : group.ask(
            admin ->
                marks.ask(epochs -> TransformState.read(admin, epochs, observed.topics(), shown)));
  }

  /**
   * Asks all.
   *
   * @param closer whether something is late, and so more is to be asked
   */
  public PipelineState state(boolean closer) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    capture.ask();
    epoch.ask();
    if (warehouse != null) {
      star.ask();
    }
    if (generation != null) {
      transform.ask();
    }
    if (closer) {
      Stream.of(written, sourceDisk, warehouseDisk).forEach(Asker::ask);
    }
    Answer<WarehouseState> shown = star.answer(deadline);
    if (generation != null) {
      transform.ask(); // the first time, now that the definition is known
    }
    return new PipelineState(
        observed.source(),
        observed.warehouse(),
        observed.kafka(),
        observed.topics(),
        capture.answer(deadline),
        epoch.answer(deadline),
        generation == null
            ? new Answer<>(null, "the warehouse shows no star yet", true)
            : transform.answer(deadline),
        shown,
        closer ? closer(deadline) : null);
  }

  private CloserLook closer(long deadline) {
    long[] ends = written.answer(deadline).value();
    return new CloserLook(
        ends == null ? null : ends[0],
        ends == null ? null : ends[1],
        sourceDisk.answer(deadline).value(),
        warehouseDisk.answer(deadline).value());
  }

  @Override
  public void close() {
    List.of(capture, star, epoch, transform, written, sourceDisk, warehouseDisk)
        .forEach(Asker::close);
    kept.forEach(Kept::close);
  }
}
