package io.headrace.capture;

import io.headrace.capture.RereadWindow.Truth;
import io.headrace.stage.StageListener;
import io.headrace.wire.RecaptureMessage;
import io.headrace.wire.Rereads;
import io.headrace.wire.ResyncMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows that are read from the source once more, in the order of the stream. Each reading stands
 * between two watermarks in the source's log. When the second one comes back, the rows that did not
 * change between the two are as they were read, whatever happened before and whatever comes: they
 * are sent there, as if the second watermark's transaction had written them. (DBLog: A
 * Watermark-Based Change-Data-Capture Framework, Andreakis and Papapanagiotou, 2020.)
 *
 * <p>Used by one thread, the one that follows the stream.
 */
final class Recaptures {

  private static final Logger LOG = LoggerFactory.getLogger(Recaptures.class);

  private final RereadTables tables;
  private final RowReader reader;
  private final RowWriter writer;
  private final StageListener listener;
  private final Failpoint failpoint;
  private final Resyncs resyncs;
  private final RecentTransactions recent = new RecentTransactions();
  private final Deque<Recapture> waiting = new ArrayDeque<>();
  private final List<String> recaptured = new ArrayList<>();
  private final Map<String, String> refused = new HashMap<>();
  private @Nullable Reading reading;
  private @Nullable RereadWindow window;

  Recaptures(
      RereadTables tables,
      RowReader reader,
      RowWriter writer,
      Resyncs resyncs,
      StageListener listener,
      Failpoint failpoint) {
    this.tables = tables;
    this.reader = reader;
    this.writer = writer;
    this.resyncs = resyncs;
    this.listener = listener;
    this.failpoint = failpoint;
  }

  /** Goes on with what is under way. */
  void start() {
    next();
  }

  /**
   * Takes a message of the source's log.
   *
   * @return whether the present epoch has something of it, so that it must hold its transaction
   */
  boolean hear(SourceMessage message) {
    switch (message.prefix()) {
      case RecaptureMessage.PREFIX -> request(message.content());
      case ResyncMessage.PREFIX -> requestTable(message.content());
      case Watermark.LOW -> low(message.content());
      case Watermark.HIGH -> high(message.content());
      default -> {
        return false;
      }
    }
    return true;
  }

  private void request(String content) {
    try {
      RecaptureMessage message = RecaptureMessage.parse(content);
      if (waiting.size() >= RecaptureMessage.MOST_WAITING) {
        throw new Reread.RefusedException(
            RecaptureMessage.MOST_WAITING + " requests are waiting already.");
      }
      waiting.add(Recapture.of(message, tables));
      next();
    } catch (Reread.RefusedException | IllegalArgumentException e) {
      refuse(RecaptureMessage.id(content).orElse(""), String.valueOf(e.getMessage()));
    }
  }

  private void requestTable(String content) {
    try {
      ResyncMessage message = ResyncMessage.parse(content);
      CapturedTable table = tables.captured(message.table());
      resyncs.add(message.id(), table);
      next();
    } catch (Reread.RefusedException | IllegalArgumentException e) {
      refuse(RecaptureMessage.id(content).orElse(""), String.valueOf(e.getMessage()));
    }
  }

  private void refuse(String id, String why) {
    LOG.warn("a request to read rows again is refused: id={} reason={}", id, why);
    listener.says("A request to read rows again was refused: " + why);
    if (!id.isEmpty()) {
      refused.put(id, why);
    }
  }

  private void next() {
    while (reading == null) {
      try {
        Reread next = waiting.isEmpty() ? resyncs.next() : waiting.poll();
        if (next == null) {
          return;
        }
        begin(new Reading(next));
      } catch (Reread.RefusedException e) {
        giveUp(String.valueOf(e.getMessage()));
      }
    }
  }

  private void begin(Reading begun) {
    reading = begun;
    window = null;
    reader.begin(begun);
  }

  private void low(String token) {
    if (reading != null && reading.owns(token)) {
      window = new RereadWindow(reading.reread(), recent.copy());
      failpoint.reached(Moment.REREAD_BEGUN);
    }
  }

  private void high(String token) {
    Reading done = reading;
    RereadWindow closed = window;
    if (done == null || closed == null || !done.owns(token)) {
      return;
    }
    window = null;
    Reread.Answer answer = done.answer();
    if (answer instanceof Reread.Rows rows && !closed.holds(rows.visible())) {
      begin(new Reading(done.reread()));
      return;
    }
    reading = null;
    if (answer instanceof Reread.Rows rows) {
      send(rows.rows(), closed, done.reread().again());
      sent(done.reread(), rows);
    } else if (answer instanceof Reread.Refused no) {
      refused(done.reread(), no.why());
    }
    next();
  }

  private void sent(Reread reread, Reread.Rows rows) {
    if (reread instanceof Recapture recapture) {
      if (rows.complete()) {
        recaptured.add(recapture.id());
      } else {
        waiting.addFirst(recapture.without(rows.rows()));
      }
      return;
    }
    failpoint.reached(
        reread instanceof ResyncRows ? Moment.RESYNC_ROWS_SENT : Moment.RESYNC_GHOSTS_SENT);
    String id = resyncs.first().id();
    if (resyncs.advance(rows)) {
      recaptured.add(id);
    }
  }

  private void refused(Reread reread, String why) {
    if (reread instanceof Recapture recapture) {
      refuse(recapture.id(), why);
    } else {
      giveUp(why);
    }
  }

  private void giveUp(String why) {
    refuse(resyncs.first().id(), why);
    resyncs.giveUp(why);
  }

  private void send(List<RereadRow> rows, RereadWindow closed, boolean again) {
    for (RereadRow row : rows) {
      Truth truth = closed.truth(RowKey.of(row.topic(), row.key()));
      byte[] present = truth == Truth.READ ? row.row() : null;
      if (present != null) {
        writer.send(row.topic(), row.key(), present, again);
      } else if (truth != Truth.STREAM && row.delete() != null) {
        writer.send(row.topic(), row.key(), row.delete(), again);
        writer.send(row.topic(), row.key(), null, false);
      }
    }
  }

  /**
   * A row has changed in the stream.
   *
   * @return whether the change's facts are to be sent even if they have not changed
   */
  boolean changed(String topic, byte[] key) {
    return window != null && window.changed(RowKey.of(topic, key));
  }

  /** A table was truncated in the stream. */
  void truncated(String topic) {
    if (window != null) {
      window.truncated(topic);
    }
  }

  /** A source transaction has ended in the stream. */
  void passed(long transaction) {
    recent.passed(transaction);
  }

  /** What the present epoch is to say. */
  Rereads told() {
    return new Rereads(recaptured, refused, resyncs.now(), resyncs.ended());
  }

  /** The epoch has said it. */
  void committed() {
    recaptured.clear();
    refused.clear();
  }
}
