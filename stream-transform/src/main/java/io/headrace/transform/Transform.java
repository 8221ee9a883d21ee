package io.headrace.transform;

import io.headrace.stage.Daemons;
import io.headrace.stage.Stage;
import io.headrace.stage.StageException;
import io.headrace.stage.StageListener;
import io.headrace.stage.TopicWatch;
import io.headrace.star.Star;
import io.headrace.wire.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stage between the table topics and the fact topics: joins rows, epoch by epoch, exactly once.
 * Several instances with state directories of their own share the work; what one has in its state
 * directory is also in Kafka.
 */
public final class Transform implements Stage {

  private static final Logger LOG = LoggerFactory.getLogger(Transform.class);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);
  private static final Duration PURGE_EVERY = Duration.ofSeconds(30);

  /** Before a failed thread is replaced. */
  private static final Duration BACK_OFF = Duration.ofSeconds(1);

  private final TransformSettings settings;
  private final Star star;
  private final StageListener listener;
  private final TransformMeters meters;
  private final @Nullable Long begin;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicReference<@Nullable StageException> failure = new AtomicReference<>();
  private volatile boolean running;

  /** Makes it; nothing is connected before {@link #run}. */
  public Transform(TransformSettings settings, Star star, StageListener listener) {
    this(settings, star, listener, new CompositeMeterRegistry());
  }

  /** The same, counting what it does. */
  public Transform(
      TransformSettings settings, Star star, StageListener listener, MeterRegistry registry) {
    this(settings, star, listener, registry, null);
  }

  /**
   * The same for a star whose first epoch lies in the past.
   *
   * @param begin the epoch with which a new generation begins; null: the newest
   */
  public Transform(
      TransformSettings settings, Star star, StageListener listener, @Nullable Long begin) {
    this(settings, star, listener, new CompositeMeterRegistry(), begin);
  }

  private Transform(
      TransformSettings settings,
      Star star,
      StageListener listener,
      MeterRegistry registry,
      @Nullable Long begin) {
    this.meters = new TransformMeters(registry);
    this.begin = begin;
    this.settings = settings;
    this.star = star;
    this.listener = listener;
  }

  @Override
  public void run() {
    running = true;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", settings.bootstrapServers()))) {
      while (!isClosing(Duration.ZERO)) {
        try (GapProbe gaps = new GapProbe(this::consumer)) {
          prepare(admin, gaps).ifPresent(prepared -> join(admin, prepared));
        }
      }
    } finally {
      ended.countDown();
    }
    StageException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }

  private Topics topics() {
    return settings.topics();
  }

  private String application() {
    return topics().application(star.generation());
  }

  /**
   * What is needed to join.
   *
   * @param state where Kafka Streams keeps its copy of the changelogs: a folder for each life of
   *     the fact topics. It would take the copy of a changelog that is gone for one of the
   *     changelog that has come in its place.
   * @param topics all that must stay the same meanwhile
   */
  private record Prepared(Instance instance, Path state, Set<String> topics) {}

  /** Until topics and offsets are there; empty when closed meanwhile. */
  private Optional<Prepared> prepare(Admin admin, GapProbe gaps) {
    TransformTopics all = new TransformTopics(admin, star, topics(), settings.replicationFactor());
    String told = "";
    int attempts = 0;
    while (!isClosing(Duration.ZERO)) {
      String waiting;
      try {
        Optional<Integer> partitions = all.partitions();
        if (partitions.isPresent()) {
          Set<String> present = Broker.answer("list the topics", admin.listTopics().names());
          all.mustHaveKept(present, application());
          all.create(partitions.get());
          Path state = settings.stateDirectory().resolve(application() + "@" + all.life());
          OldState.deleteUnknown(state, application(), present);
          return Optional.of(
              new Prepared(instance(admin, all, partitions.get(), gaps), state, all.all()));
        }
        waiting = "The transform waits for the capture to create its topics.";
      } catch (StartOffsets.LoadingException e) {
        waiting = String.valueOf(e.getMessage());
      } catch (Broker.AwayException | KafkaException e) {
        LOG.info("topics are not ready yet reason={}", e.getMessage());
        waiting = "The transform waits for Kafka: " + e.getMessage();
        attempts++;
      }
      // Topics just created are not known everywhere at once: the first attempts may fail without
      // anything being wrong.
      if (!waiting.equals(told) && attempts != 1 && attempts != 2) {
        told = waiting;
        listener.says(waiting);
      }
      isClosing(LOOK_AGAIN);
    }
    return Optional.empty();
  }

  private Instance instance(Admin admin, TransformTopics all, int partitions, GapProbe gaps)
      throws Broker.AwayException, StartOffsets.LoadingException {
    try (Consumer<byte[], byte[]> consumer = consumer()) {
      Instance.FirstEpochs firstEpochs =
          new StartOffsets(admin, consumer, topics(), partitions, Clock.systemUTC(), begin)
              .set(application(), all.tables(), all.read());
      return new Instance(
          partitions,
          firstEpochs,
          settings.holdBack(),
          new Neighbours(partitions, PartitionTask.RELEASED_AT_ONCE),
          new LocalTasks(listener, ends(consumer, all.tables(), partitions)),
          gaps,
          new LetterBudget(this::consumer, topics().deadLetters(), settings.deadLetterLimit()),
          ThreadLocal.withInitial(CommitPace::new),
          meters);
    }
  }

  private static Map<Integer, Long> ends(
      Consumer<byte[], byte[]> consumer, Set<String> tables, int partitions) {
    List<TopicPartition> all =
        tables.stream()
            .flatMap(
                topic -> IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)))
            .toList();
    return consumer.endOffsets(all).entrySet().stream()
        .collect(
            Collectors.groupingBy(
                end -> end.getKey().partition(), Collectors.summingLong(Map.Entry::getValue)));
  }

  private Consumer<byte[], byte[]> consumer() {
    return GapProbe.consumer(settings.bootstrapServers());
  }

  /** Until closed, or until the topics are others. */
  private void join(Admin admin, Prepared prepared) {
    Path state = prepared.state();
    OldState.delete(
        settings.stateDirectory(), topics().application(""), state.getFileName().toString());
    Clients clients = new Clients(prepared.instance().commits());
    try (TopicWatch watch = TopicWatch.start(admin, prepared.topics(), clients::abandon)) {
      join(admin, prepared.instance(), clients, state, watch);
      if (!watch.gone().isEmpty()) {
        lost(watch);
      }
    }
  }

  private void join(Admin admin, Instance instance, Clients clients, Path state, TopicWatch watch) {
    Properties properties = StreamsSettings.of(settings, application(), state);
    var topology =
        StarTopology.build(
            star,
            topics(),
            instance.partitions(),
            () -> new StarProcessor(star, topics(), instance));
    ScheduledExecutorService purge =
        Executors.newSingleThreadScheduledExecutor(Daemons.named("transform-purge"));
    KafkaStreams streams = new KafkaStreams(topology, properties, clients);
    try (KafkaStreamsMetrics ignored = meters.of(streams)) {
      streams.setUncaughtExceptionHandler(cause -> failed(cause, watch));
      streams.setGlobalStateRestoreListener(new RestoreProgress(listener, System::nanoTime));
      streams.setStateListener(
          (now, before) -> {
            meters.state(now);
            LOG.info("transform changed its state from={} to={}", before, now);
          });
      streams.start();
      LOG.info(
          "transform started application={} partitions={}", application(), instance.partitions());
      if (JoinPlan.joins(star)) {
        // It ends with its executor.
        ScheduledFuture<?> unused =
            purge.scheduleWithFixedDelay(
                new PurgeParents(admin, application(), topics().parents(star.generation())),
                PURGE_EVERY.toMillis(),
                PURGE_EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
      }
      while (!isClosing(Duration.ofSeconds(1)) && watch.gone().isEmpty()) {
        if (streams.state() == KafkaStreams.State.ERROR
            || streams.state() == KafkaStreams.State.NOT_RUNNING) {
          failure.compareAndSet(
              null,
              new StageException(
                  StageException.Kind.FAILED, "Kafka Streams has stopped by itself"));
          closing.countDown();
        }
      }
    } finally {
      purge.shutdownNow();
      close(streams);
    }
  }

  /**
   * Without the capture's epochs all that was joined by them is worth nothing: the next attempt
   * waits for new ones. While they are there, facts are joined anew only when somebody says so.
   */
  private void lost(TopicWatch watch) {
    if (watch.gone().contains(topics().epochs())) {
      listener.says("The transform starts again: " + watch.sentence() + ".");
      return;
    }
    failure.compareAndSet(
        null,
        new StageException(
            StageException.Kind.LOST,
            watch.sentence()
                + ". The facts must be joined anew from the tables' topics: run ./headrace"
                + " replay --rejoin"));
    closing.countDown();
  }

  private static void close(KafkaStreams streams) {
    CloseOptions options =
        CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
            .withTimeout(CLOSE_PATIENCE);
    if (!streams.close(options)) {
      LOG.warn(
          "the transform's threads have not ended in time seconds={}", CLOSE_PATIENCE.toSeconds());
    }
  }

  private StreamThreadExceptionResponse failed(Throwable cause, TopicWatch watch) {
    StageException fatal = Failures.fatal(cause, settings.stateDirectory());
    if (fatal != null) {
      watch.lookTwice();
    }
    if (!watch.gone().isEmpty()) {
      LOG.warn("a thread of the transform ends, because topics are gone", cause);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    if (fatal != null) {
      LOG.error("the transform stops", cause);
      failure.compareAndSet(null, fatal);
      closing.countDown();
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    meters.retry();
    LOG.warn("a thread of the transform is replaced", cause);
    listener.says("The transform tries again after a failure: " + Failures.rootMessage(cause));
    isClosing(BACK_OFF);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  private boolean isClosing(Duration patience) {
    try {
      return closing.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closing.countDown();
      return true;
    }
  }

  @Override
  public void close() {
    closing.countDown();
    if (running) {
      try {
        if (!ended.await(CLOSE_PATIENCE.toSeconds() * 2, TimeUnit.SECONDS)) {
          LOG.warn("the transform has not ended in time");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
