package io.headrace.capture;

import io.headrace.star.Column;
import io.headrace.star.Identifiers;
import io.headrace.star.SourceTable;
import io.headrace.star.Star;
import io.headrace.star.TableName;
import io.headrace.wire.Epoch;
import io.headrace.wire.Topics;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Everything that must hold in the source before the capture may start; all problems at once. */
final class StartCheck {

  private static final String RESNAPSHOT =
      "Run once with --resnapshot: every table is read again, as one epoch, and the warehouse passes from one true"
          + " state to the next.";

  private final Connection connection;
  private final SourceServer server;
  private final SourceNames names;
  private final Topics topics;
  private final Star star;
  private final List<Problem> problems = new ArrayList<>();

  StartCheck(
      Connection connection, SourceServer server, SourceNames names, Topics topics, Star star) {
    this.connection = connection;
    this.server = server;
    this.names = names;
    this.topics = topics;
    this.star = star;
  }

  SourceServer server() {
    return server;
  }

  /**
   * Checks the server, the role, the tables and the publication, and makes or completes the
   * publication.
   *
   * @return the tables as they will be captured
   * @throws io.headrace.stage.StageException with every problem found
   */
  List<CapturedTable> tables() throws SQLException {
    checkServer();
    Map<TableName, CatalogTable> found = new TreeMap<>();
    for (SourceTable wanted : star.sources()) {
      CatalogTable table = SourceCatalog.read(connection, wanted.name());
      if (table != null) {
        found.put(wanted.name(), table);
      }
      problems.addAll(TableCheck.problems(wanted, table, server));
    }
    topicNames();
    // A table that cannot be published would stop the publication with an error of its own.
    if (problems.isEmpty()) {
      problems.addAll(
          new Publication(connection, names.publication(), server.version())
              .prepare(found.keySet()));
    }
    refuse();
    return star.sources().stream()
        .map(wanted -> captured(wanted, found.get(wanted.name())))
        .toList();
  }

  private void checkServer() {
    if (server.standby()) {
      problem(
          "The source must be a primary but is a standby (pg_is_in_recovery).",
          "Name the primary.");
    }
    if (!server.walLevel().equals("logical")) {
      problem(
          "wal_level must be logical but is " + server.walLevel() + ".",
          "ALTER SYSTEM SET wal_level = 'logical'; -- then restart PostgreSQL");
    }
    if (!server.mayReplicate()) {
      problem(
          "The role " + server.role() + " must have REPLICATION.",
          "ALTER ROLE " + Identifiers.quote(server.role()) + " REPLICATION;");
    }
  }

  private void topicNames() {
    Set<String> seen = new HashSet<>();
    seen.add(topics.epochs());
    for (SourceTable table : star.sources()) {
      if (!seen.add(topics.table(table.name()))) {
        problem(
            "The table "
                + table.name()
                + " would share the topic "
                + topics.table(table.name())
                + " with another one: Kafka allows letters, digits, ., _ and - only.",
            "Rename the table.");
      }
    }
  }

  private CapturedTable captured(SourceTable wanted, @Nullable CatalogTable found) {
    if (found == null) {
      throw new IllegalStateException("a missing table must have been refused: " + wanted.name());
    }
    return CapturedTable.of(
        found,
        topics.table(wanted.name()),
        wanted.columns().stream().map(Column::name).collect(Collectors.toSet()),
        server.version());
  }

  /** Checks that a new slot can be made. */
  void newSlot(@Nullable Slot present) {
    if (present != null) {
      notRead(present);
    } else if (server.freeSlots() < 1) {
      problem(
          "There must be a free replication slot, but all of max_replication_slots are taken.",
          "ALTER SYSTEM SET max_replication_slots = …; -- then restart PostgreSQL");
    }
    senders(2);
    refuse();
  }

  /**
   * Checks that the slot can go on from a position.
   *
   * @param position the last epoch in Kafka
   * @param slot the slot; null where there is none
   */
  void resume(Epoch position, @Nullable Slot slot) {
    if (!position.source().equals(server.identity())) {
      problem(
          "The topics of the prefix "
              + topics.prefix()
              + " come from the database "
              + position.source().database()
              + " of the system "
              + position.source().system()
              + ", but the source is the database "
              + server.identity().database()
              + " of the system "
              + server.identity().system()
              + ".",
          "Name the right source, or use another prefix. If this source is to take the other's place: "
              + RESNAPSHOT);
    } else if (position.lsn().compareTo(server.written()) > 0) {
      problem(
          "The source's log ends at "
              + server.written()
              + ", before the position "
              + position.lsn()
              + " that was already captured: the source was restored from a backup.",
          RESNAPSHOT);
    } else {
      slot(position, slot);
    }
    senders(1);
    refuse();
  }

  private void slot(Epoch position, @Nullable Slot slot) {
    if (slot == null) {
      problem(
          "The replication slot "
              + names.slot()
              + " is gone, and with it the changes since "
              + position.lsn()
              + ".",
          RESNAPSHOT);
    } else if (!"pgoutput".equals(slot.plugin())
        || !server.identity().database().equals(slot.database())) {
      problem(
          "The replication slot "
              + names.slot()
              + " must have the plugin pgoutput and the database "
              + server.identity().database()
              + " but has "
              + slot.plugin()
              + " and "
              + slot.database()
              + ".",
          "SELECT pg_drop_replication_slot('" + names.slot() + "'); -- and then:\n" + RESNAPSHOT);
    } else if (slot.lost()) {
      problem(
          "The replication slot "
              + names.slot()
              + " has lost log that it still needs (wal_status "
              + slot.walStatus()
              + "): it fell behind by more than max_slot_wal_keep_size.",
          RESNAPSHOT);
    } else if (slot.confirmed() != null && slot.confirmed().compareTo(position.lsn()) > 0) {
      problem(
          "The replication slot "
              + names.slot()
              + " stands at "
              + slot.confirmed()
              + ", behind which the captured position "
              + position.lsn()
              + " lies: a new snapshot was begun and has not ended, or someone else has read from the slot.",
          RESNAPSHOT);
    } else {
      notRead(slot);
    }
  }

  private void notRead(Slot slot) {
    if (slot.activePid() != null) {
      problem(
          "The replication slot "
              + names.slot()
              + " is being read by another process: pid "
              + slot.activePid()
              + ", application \""
              + slot.application()
              + "\".",
          "End that one, or use another prefix: SELECT pg_terminate_backend("
              + slot.activePid()
              + ");");
    }
  }

  private void senders(int needed) {
    if (server.freeSenders() < needed) {
      problem(
          "There must be "
              + needed
              + " free WAL senders, but of max_wal_senders "
              + server.freeSenders()
              + " are left.",
          "ALTER SYSTEM SET max_wal_senders = …; -- then restart PostgreSQL");
    }
  }

  private void problem(String found, String remedy) {
    problems.add(new Problem(found, remedy));
  }

  private void refuse() {
    if (!problems.isEmpty()) {
      throw Problem.refuse(problems);
    }
  }
}
