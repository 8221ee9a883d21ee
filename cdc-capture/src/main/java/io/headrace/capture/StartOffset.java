package io.headrace.capture;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.MemoryOffsetBackingStore;
import org.jspecify.annotations.Nullable;

/**
 * Tells Debezium where to start: at the end of a commit, {@code {"lsn": X}} and nothing more. With
 * more in it Debezium would search for a place to resume, and skip what it takes for known; so
 * PostgreSQL alone decides, and sends every transaction that commits after X. Public because
 * Debezium makes it by its name.
 */
public final class StartOffset extends MemoryOffsetBackingStore {

  /** The setting that names X, in decimal. */
  static final String LSN = "headrace.start.lsn";

  private byte @Nullable [] start;

  @Override
  public void configure(WorkerConfig config) {
    super.configure(config);
    start =
        ("{\"lsn\":" + config.originalsStrings().get(LSN) + "}").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
    Map<ByteBuffer, ByteBuffer> offsets = new HashMap<>();
    for (ByteBuffer key : keys) {
      ByteBuffer processed = data.get(key);
      offsets.put(key, processed == null && start != null ? ByteBuffer.wrap(start) : processed);
    }
    return CompletableFuture.completedFuture(offsets);
  }

  @Override
  public Set<Map<String, Object>> connectorPartitions(String connector) {
    return Set.of();
  }
}
