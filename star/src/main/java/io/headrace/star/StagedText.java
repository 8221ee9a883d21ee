package io.headrace.star;

import io.headrace.star.BoundSelect.BoundTable;
import io.headrace.star.BoundSelect.Expression;
import io.headrace.star.BoundSelect.Reference;
import io.headrace.star.CatalogTable.CatalogColumn;
import io.headrace.star.CatalogTable.Generated;
import io.headrace.star.Reads.Read;
import io.headrace.star.SourceType.UserType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes a SELECT's text for staged facts: the author's own, but for names that would mean
 * something else there.
 */
final class StagedText {

  /** The alias of the staged facts. */
  static final String FACT = "fact";

  private static final Pattern STAGED_COLUMN = Pattern.compile("c[0-9]+|seq|gone");

  private final BoundSelect select;
  private final Reads reads;
  private final UserTypes types;

  StagedText(BoundSelect select, Reads reads, UserTypes types) {
    this.select = select;
    this.reads = reads;
    this.types = types;
  }

  String selectList() {
    return rewritten(select.parsed().selectList(), this::staged);
  }

  String where() {
    return select.where() == null ? "true" : rewritten(select.where().at(), this::staged);
  }

  /** The laterals that give the staged columns back their names. */
  String from() {
    List<String> laterals = new ArrayList<>();
    for (int from = 0; from < select.tables().size(); from++) {
      String lateral = lateral(from);
      if (lateral != null) {
        laterals.add(lateral);
      }
    }
    return String.join("\n", laterals);
  }

  /** The type that a staged column has once it has its name back, as SQL text. */
  String restoredType(Read read) {
    String user = userType(read);
    return user == null ? read.column().type().carried().sql() : user;
  }

  /** A piece of the text with every column replaced. */
  String rewritten(Span span, Function<Reference, @Nullable String> replacement) {
    String text = select.file().text();
    List<Reference> references =
        select.expressions().stream()
            .map(Expression::references)
            .flatMap(List::stream)
            .filter(reference -> span.contains(reference.written().at()))
            .sorted(Comparator.comparingInt(reference -> reference.written().at().begin()))
            .toList();
    StringBuilder written = new StringBuilder();
    int copied = span.begin();
    for (Reference reference : references) {
      String replaced = replacement.apply(reference);
      if (replaced != null) {
        written.append(text, copied, reference.written().at().begin()).append(replaced);
        copied = reference.written().at().end();
      }
    }
    return written.append(text, copied, span.end()).toString();
  }

  /** The reference as it must be written over the laterals; null where it may stay as it is. */
  private @Nullable String staged(Reference reference) {
    List<String> parts = reference.written().parts();
    String alias = alias(reference.from());
    boolean renamed = !alias.equals(select.tables().get(reference.from()).alias());
    boolean ambiguous =
        reference.merged() || STAGED_COLUMN.matcher(reference.column().name()).matches();
    boolean rewrite = parts.size() > 2 || (parts.size() == 2 ? renamed : ambiguous);
    return rewrite
        ? Identifiers.quote(alias) + "." + Identifiers.quote(reference.column().name())
        : null;
  }

  private String alias(int from) {
    String alias = select.tables().get(from).alias();
    if (alias.equals(FACT)) {
      do {
        alias += "_";
      } while (taken(alias));
    }
    return alias;
  }

  private boolean taken(String alias) {
    return select.tables().stream().anyMatch(table -> table.alias().equals(alias));
  }

  private @Nullable String lateral(int from) {
    List<String> captured = new ArrayList<>();
    for (int i = 0; i < reads.all().size(); i++) {
      Read read = reads.all().get(i);
      if (read.from() == from) {
        String user = userType(read);
        String cast = user == null ? "" : "::" + user;
        captured.add(
            FACT + ".c" + (i + 1) + cast + " AS " + Identifiers.quote(read.column().name()));
      }
    }
    if (captured.isEmpty()) {
      return null;
    }
    String alias = Identifiers.quote(alias(from));
    String rows = "SELECT " + String.join(", ", captured);
    List<String> generated = generated(select.tables().get(from), from);
    if (!generated.isEmpty()) {
      rows =
          "SELECT "
              + alias
              + ".*, "
              + String.join(", ", generated)
              + " FROM ("
              + rows
              + ") AS "
              + alias;
    }
    return "CROSS JOIN LATERAL (" + rows + ") AS " + alias;
  }

  private List<String> generated(BoundTable table, int from) {
    List<CatalogColumn> columns =
        select.expressions().stream()
            .flatMap(expression -> expression.references().stream())
            .filter(reference -> reference.from() == from)
            .map(Reference::column)
            .distinct()
            .toList();
    List<String> generated = new ArrayList<>();
    for (CatalogColumn column : columns) {
      Generated expression = column.generated();
      if (expression != null) {
        String value = expression.expression();
        if (table.join() == Join.Kind.LEFT) {
          String key = Identifiers.quote(table.table().primaryKey().get(0));
          value = "CASE WHEN " + key + " IS NOT NULL THEN " + value + " END";
        }
        // The text leaves the assignment's implicit cast out, and with it numeric(10,2)'s rounding.
        value = "CAST(" + value + " AS " + restoredType(new Read(from, column)) + ")";
        generated.add(value + " AS " + Identifiers.quote(column.name()));
      }
    }
    return generated;
  }

  private @Nullable String userType(Read read) {
    UserType user = read.column().type().user();
    return user == null ? null : types.find(user);
  }

  /** The user's own types that the expressions need and the warehouse does not have. */
  List<Read> missingTypes() {
    List<Read> missing =
        reads.all().stream()
            .filter(reads::asValue)
            .filter(read -> read.column().type().user() != null && userType(read) == null)
            .collect(Collectors.toCollection(ArrayList::new));
    for (Expression expression : select.expressions()) {
      for (Reference reference : expression.references()) {
        Read read = new Read(reference.from(), reference.column());
        if (read.column().generated() != null
            && read.column().type().user() != null
            && userType(read) == null) {
          missing.add(read);
        }
      }
    }
    return missing;
  }
}
