package io.headrace.star;

import io.headrace.star.BoundSelect.Item;
import io.headrace.star.Reads.Read;
import io.headrace.star.SourceType.UserType;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries a SELECT over staged facts in a database: its types, its expressions, and what it gives.
 */
final class StagedCheck {

  private static final Logger LOG = LoggerFactory.getLogger(StagedCheck.class);

  private final BoundSelect select;
  private final Problems problems;
  private final Probe probe;
  private final Reads reads;
  private final StagedText text;

  StagedCheck(BoundSelect select, UserTypes types, Probe probe, Problems problems) {
    this.select = select;
    this.problems = problems;
    this.probe = probe;
    this.reads = Reads.of(select);
    this.text = new StagedText(select, reads, types);
  }

  /**
   * Checks in the warehouse, the target too.
   *
   * @return the target's primary key; empty where it is not known
   */
  List<String> checkWithTarget() throws SQLException {
    Target target = Target.find(probe.connection(), select.file().name());
    SQLException refusal = expressions();
    if (refusal != null) {
      throw refusal;
    }
    List<ResultColumn> results = results();
    if (results != null) {
      new TargetCheck(select, problems, new QuotedNames(probe)::quote).check(target, results);
    }
    return target == null ? List.of() : target.primaryKey();
  }

  /** Checks in the source what can be checked there. */
  void check() throws SQLException {
    SQLException refusal = expressions();
    if (refusal != null) {
      // A role that only reads may make no temporary table. The sink checks it all the same.
      LOG.debug("Expressions not tried in the source, table={}", select.file().name(), refusal);
    }
  }

  private @Nullable SQLException expressions() throws SQLException {
    int before = problems.count();
    for (Read read : text.missingTypes()) {
      UserType type = Objects.requireNonNull(read.column().type().user());
      problems.add(
          select.file(),
          where(read),
          "the column "
              + read.column().name()
              + " of type "
              + read.column().type().name()
              + ", which the warehouse does not have with the same definition",
          "allowed without it are the plain column and <column>::text; for other expressions the warehouse needs it: "
              + type.create());
    }
    return problems.count() > before
        ? null
        : new ExpressionCheck(select, text, problems, probe).check();
  }

  private Span where(Read read) {
    return select.expressions().stream()
        .flatMap(expression -> expression.references().stream())
        .filter(
            r ->
                r.from() == read.from()
                    && r.column().equals(read.column())
                    && !r.written().asText())
        .map(r -> r.written().at())
        .findFirst()
        .orElse(select.parsed().selectList());
  }

  /** The columns that the SELECT gives in the warehouse; null when it does not run. */
  private @Nullable List<ResultColumn> results() throws SQLException {
    List<String> staged = new ArrayList<>();
    for (Read read : reads.all()) {
      staged.add("c" + (staged.size() + 1) + " " + read.column().type().carried().sql());
    }
    SQLException refusal =
        probe.refusal("CREATE TEMP TABLE headrace_staged (" + String.join(", ", staged) + ")");
    if (refusal == null) {
      String columns =
          select.items().stream()
              .map(Item::name)
              .map(Identifiers::quote)
              .collect(Collectors.joining(", "));
      refusal =
          probe.refusal(
              "CREATE TEMP VIEW headrace_result ("
                  + columns
                  + ") AS SELECT "
                  + text.selectList()
                  + "\nFROM pg_temp.headrace_staged AS "
                  + StagedText.FACT
                  + "\n"
                  + text.from()
                  + "\nWHERE "
                  + text.where());
    }
    List<ResultColumn> results = null;
    if (refusal == null) {
      String oid = probe.value("SELECT 'pg_temp.headrace_result'::regclass::oid");
      results = Target.columns(probe.connection(), Long.parseLong(Objects.requireNonNull(oid)));
    } else if (problems.isClean(select.file())) {
      problems.add(
          select.file(),
          select.parsed().selectList(),
          "a SELECT that the warehouse refuses: " + PostgresMessage.of(refusal),
          "it must run over staged rows in the warehouse as in the source");
    }
    probe.run("DROP VIEW IF EXISTS pg_temp.headrace_result");
    probe.run("DROP TABLE IF EXISTS pg_temp.headrace_staged");
    return results;
  }
}
