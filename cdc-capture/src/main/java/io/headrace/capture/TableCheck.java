package io.headrace.capture;

import io.headrace.capture.CatalogTable.CatalogColumn;
import io.headrace.star.Column;
import io.headrace.star.Identifiers;
import io.headrace.star.SourceTable;
import io.headrace.star.TableName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether one table can be captured. */
final class TableCheck {

  private static final char ORDINARY = 'r';
  private static final char PERMANENT = 'p';
  private static final char STORED = 's';
  private static final char FULL = 'f';
  private static final char NOTHING = 'n';
  private static final char BY_INDEX = 'i';

  private final SourceTable wanted;
  private final TableName name;
  private final SourceServer server;
  private final List<Problem> problems = new ArrayList<>();

  private TableCheck(SourceTable wanted, SourceServer server) {
    this.wanted = wanted;
    this.name = wanted.name();
    this.server = server;
  }

  /** What stands against capturing the columns that the star wants. */
  static List<Problem> problems(
      SourceTable wanted, @Nullable CatalogTable found, SourceServer server) {
    TableCheck check = new TableCheck(wanted, server);
    if (found == null) {
      check.problem("must exist but does not.", "Create it, or take it out of the star.");
    } else {
      check.kind(found);
      check.rights(found);
      check.columns(found);
      check.key(found);
    }
    return check.problems;
  }

  private void kind(CatalogTable found) {
    if ((name.schema() + name.table()).indexOf('"') >= 0) {
      problem("has a double quote in its name, which Debezium cannot read.", "Rename it.");
    }
    if (found.kind() != ORDINARY) {
      problem(
          "must be an ordinary table but is of the kind '" + found.kind() + "' (pg_class.relkind).",
          "Name an ordinary table in the star's SELECT.");
    } else if (found.persistence() != PERMANENT) {
      problem(
          "must be logged but is unlogged or temporary.",
          "ALTER TABLE " + name.quoted() + " SET LOGGED;");
    } else if (found.inherited()) {
      problem(
          "must not have tables that inherit from it: their changes come under their own names.",
          "Name the inheriting tables in the star instead.");
    }
  }

  private void rights(CatalogTable found) {
    String role = Identifiers.quote(server.role());
    if (!found.schemaUsable()) {
      problem(
          "is in a schema that our role may not use.",
          "GRANT USAGE ON SCHEMA " + Identifiers.quote(name.schema()) + " TO " + role + ";");
    }
    if (!found.readable()) {
      problem(
          "must be readable by our role.",
          "GRANT SELECT ON " + name.quoted() + " TO " + role + ";");
    }
    if (found.rowSecurity()) {
      problem(
          "hides rows from our role by row level security; a copy of it would be incomplete.",
          "ALTER ROLE " + role + " BYPASSRLS;");
    }
  }

  private void columns(CatalogTable found) {
    for (Column column : wanted.columns()) {
      CatalogColumn present = found.column(column.name());
      if (present == null) {
        problem(
            "must have the column " + column.name() + ".",
            "Compile the star against this database again.");
      } else if (!present.published(server.version())) {
        problem(
            "has the generated column "
                + column.name()
                + (present.generated() == STORED
                    ? ", and PostgreSQL before 18 does not publish generated columns."
                    : ", which is virtual, and PostgreSQL does not publish virtual columns."),
            "Take the column out of the star, or write its expression there.");
      }
    }
    Set<String> lower = new HashSet<>();
    for (CatalogColumn column : found.columns()) {
      if (!lower.add(column.name().toLowerCase(Locale.ROOT))) {
        problem(
            "has two columns that differ only by case: "
                + column.name()
                + ". Debezium mixes them up.",
            "Rename one of them.");
      }
      if (column.name().matches("[\"'`].*[\"'`]")) {
        problem(
            "has the column " + column.name() + ", whose quotes Debezium would lose.",
            "Rename it.");
      }
    }
  }

  private void key(CatalogTable found) {
    String alter = "ALTER TABLE " + name.quoted();
    if (found.key().isEmpty()) {
      problem("must have a primary key.", alter + " ADD PRIMARY KEY (…);");
      return;
    }
    List<String> wantedKey =
        wanted.key().stream().map(at -> wanted.columns().get(at).name()).toList();
    if (!wantedKey.equals(found.key())) {
      problem(
          "must have the primary key "
              + wantedKey
              + " that the star was compiled with but has "
              + found.key()
              + ".",
          "Compile the star against this database again.");
    }
    List<String> toastable =
        wanted.columns().stream()
            .map(Column::name)
            .filter(column -> toastable(found.column(column)))
            .toList();
    boolean full = found.replicaIdentity() == FULL;
    boolean identified =
        full
            || (found.replicaIdentity() == BY_INDEX
                ? found.identityIsKey()
                : found.replicaIdentity() != NOTHING && !found.keyDeferrable());
    List<String> unpublished =
        found.columns().stream()
            .filter(column -> column.generated() != ' ' && !column.published(server.version()))
            .map(CatalogColumn::name)
            .toList();
    // From PostgreSQL 18 on; the publication would stop the source's own writers.
    if ((full || !toastable.isEmpty()) && !unpublished.isEmpty() && server.version() >= 180000) {
      problem(
          (full ? "has" : "needs, for its long values of " + String.join(", ", toastable) + ",")
              + " REPLICA IDENTITY FULL and has the virtual generated column "
              + String.join(", ", unpublished)
              + ": PostgreSQL refuses every UPDATE and DELETE of such a table once it is published.",
          toastable.isEmpty()
              ? alter + " REPLICA IDENTITY DEFAULT;"
              : alter
                  + " DROP COLUMN "
                  + Identifiers.quote(unpublished.get(0))
                  + "; -- or add it again as STORED");
    } else if (!full && !toastable.isEmpty()) {
      problem(
          "must have REPLICA IDENTITY FULL: an UPDATE would otherwise leave out long values of "
              + String.join(", ", toastable)
              + " that it does not change.",
          alter + " REPLICA IDENTITY FULL;");
    } else if (!identified) {
      problem(
          "must have its primary key, not deferrable, or all columns as replica identity: without it UPDATE and"
              + " DELETE are refused by PostgreSQL or do not say which row they mean.",
          alter + " REPLICA IDENTITY FULL;");
    }
  }

  private static boolean toastable(@Nullable CatalogColumn column) {
    return column != null && column.toastable();
  }

  private void problem(String found, String remedy) {
    problems.add(new Problem("The table " + name + " " + found, remedy));
  }
}
