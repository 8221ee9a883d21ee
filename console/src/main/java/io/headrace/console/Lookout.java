package io.headrace.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.observe.PipelineState;
import io.headrace.observe.PipelineWatch.Seen;
import io.headrace.observe.StatusJson;
import io.headrace.stage.Daemons;
import io.headrace.stage.Database;
import io.headrace.wire.Epoch;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the pipeline all the time, whether a page is open or not, and shows on the board what it
 * saw and when. Each server is asked by a thread of its own, so that one that does not answer makes
 * only its own part old.
 */
final class Lookout {
  private static final Logger log = LoggerFactory.getLogger(Lookout.class);

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the source has written into its tables, as its statistics have it. */
  private static final String SOURCE_CHANGES =
      "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint::text FROM pg_stat_user_tables";

  private static final String WAREHOUSE_CHANGES =
      """
      SELECT sum(t.n_tup_ins + t.n_tup_upd + t.n_tup_del)::bigint::text
      FROM headrace.star s JOIN pg_stat_all_tables t ON t.relid = to_regclass(quote_ident(s.table_name))
      """;

  private final Subject subject;
  private final Board board;
  private final WarehouseView view;
  private final Watchers watchers;
  private final Rate written = new Rate();
  private final Rate walBytes = new Rate();
  private final Rate epochs = new Rate();
  private final Rate merged = new Rate();
  private volatile @Nullable Double writtenNow;
  private @Nullable Seen shown;

  Lookout(Subject subject, Board board, Watchers watchers) {
    this.subject = subject;
    this.watchers = watchers;
    this.board = board;
    view = new WarehouseView(subject.warehouse());
  }

  /** Begins. */
  void start() {
    Daemons.start("console-look", () -> repeat(this::pipeline));
    Daemons.start("console-look-warehouse", () -> repeat(this::warehouse));
    Daemons.start("console-look-source", () -> repeat(this::source));
  }

  private void repeat(Runnable look) {
    try {
      do {
        try {
          look.run();
        } catch (RuntimeException e) {
          log.warn("the console could not look", e);
        }
      } while (watchers.rest());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pipeline() {
    Seen seen = subject.watch().seen();
    if (seen == null || seen == shown) {
      return;
    }
    shown = seen;
    PipelineState now = seen.state();
    ObjectNode state = JSON.createObjectNode();
    state.put("at", Instant.now().minus(seen.age()).toEpochMilli());
    state.set("status", tree(StatusJson.write(now, seen.troubles())));
    ObjectNode rates = state.putObject("rates");
    count(rates, "log_bytes", walBytes, now.capture().map(capture -> capture.end().value()));
    count(rates, "epochs", epochs, now.epoch().map(Epoch::number));
    rates.put("source_changes", writtenNow);
    board.show("state", state.toString());
  }

  private static void count(ObjectNode rates, String name, Rate rate, @Nullable Long count) {
    if (count == null) {
      rate.forget();
    } else {
      rate.take(System.nanoTime(), count);
    }
    rates.put(name, rate.perSecond());
  }

  private void warehouse() {
    ObjectNode seen = JSON.createObjectNode();
    try {
      seen.setAll((ObjectNode) tree(view.ask(this::warehouse)));
    } catch (SQLException e) {
      merged.forget();
      seen.put("trouble", Api.firstLine(e));
    }
    seen.put("at", Instant.now().toEpochMilli());
    board.show("warehouse", seen.toString());
  }

  private String warehouse(Connection connection) throws SQLException {
    ObjectNode live = (ObjectNode) tree(WarehouseView.live(connection));
    if (WarehouseView.exists(connection, "headrace.star")) {
      String changes = WarehouseView.json(connection, WAREHOUSE_CHANGES);
      count(live, "rows_per_second", merged, changes == null ? null : Long.valueOf(changes));
    }
    return live.toString();
  }

  private void source() {
    Database source = subject.source();
    try (Connection connection = source.connect("headrace console", Duration.ofSeconds(4))) {
      String changes = WarehouseView.json(connection, SOURCE_CHANGES);
      if (changes != null) {
        written.take(System.nanoTime(), Long.parseLong(changes));
      }
    } catch (SQLException e) {
      written.forget();
      log.debug("the source does not tell its statistics", e);
    }
    writtenNow = written.perSecond();
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not the JSON that was written", e);
    }
  }
}
