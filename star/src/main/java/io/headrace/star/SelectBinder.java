package io.headrace.star;

import io.headrace.star.BoundSelect.BoundTable;
import io.headrace.star.BoundSelect.Expression;
import io.headrace.star.BoundSelect.Item;
import io.headrace.star.BoundSelect.Reference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks every name of a SELECT up in the source's catalog. */
final class SelectBinder {

  private final SourceCatalog catalog;
  private final ParsedSelect parsed;
  private final StarFile file;
  private final Problems problems;
  private final Scope scope;

  private SelectBinder(SourceCatalog catalog, ParsedSelect parsed, Problems problems) {
    this.catalog = catalog;
    this.parsed = parsed;
    this.file = parsed.file();
    this.problems = problems;
    this.scope = new Scope(file, problems);
  }

  /** The bound SELECT, or null when its file has problems. */
  static @Nullable BoundSelect bind(ParsedSelect parsed, SourceCatalog catalog, Problems problems) {
    BoundSelect bound = new SelectBinder(catalog, parsed, problems).bind();
    return problems.isClean(parsed.file()) ? bound : null;
  }

  private @Nullable BoundSelect bind() {
    if (!tables()) {
      parsed.items().forEach(item -> calls(item.expression()));
      if (parsed.where() != null) {
        calls(parsed.where());
      }
      return null;
    }
    List<Item> items = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (ParsedSelect.Item parsedItem : parsed.items()) {
      Item item = item(parsedItem);
      if (item != null) {
        items.add(item);
        if (!names.add(item.name())) {
          problems.add(
              file,
              parsedItem.expression().at(),
              "a second column " + item.name(),
              "allowed is one expression per column of the target; give it another name with AS");
        }
      }
    }
    Expression where = parsed.where() == null ? null : expression(parsed.where());
    if (parsed.whole()) {
      baseKey(items);
    }
    return new BoundSelect(parsed, scope.tables(), items, where);
  }

  private boolean tables() {
    Set<String> aliases = new HashSet<>();
    boolean sound = !parsed.tables().isEmpty();
    for (ParsedSelect.From from : parsed.tables()) {
      CatalogTable table = table(from);
      if (!aliases.add(from.alias())) {
        problems.add(
            file,
            from.at(),
            "a second table called " + from.alias(),
            "give each table an alias of its own");
        sound = false;
      }
      if (table == null) {
        sound = false;
      } else if (sound) {
        BoundTable joined = new JoinBinder(file, scope, problems).bind(from, table);
        sound = joined != null;
      }
    }
    return sound;
  }

  private @Nullable CatalogTable table(ParsedSelect.From from) {
    String name = from.schema() == null ? from.table() : from.schema() + "." + from.table();
    CatalogTable table = catalog.table(from.schema(), from.table());
    if (table == null) {
      problems.add(
          file,
          from.at(),
          "the table " + name + ", which the source does not have",
          "allowed are the source's tables" + Suggestion.of(name, catalog.tableNames()));
      return null;
    }
    if (table.refusal() != null) {
      problems.add(
          file,
          from.at(),
          table.name() + ", which is " + table.refusal(),
          "allowed are plain tables");
      return null;
    }
    if (table.primaryKey().isEmpty()) {
      problems.add(
          file,
          from.at(),
          "the table " + table.name() + ", which has no primary key",
          "allowed are tables with one: ALTER TABLE "
              + table.name().quoted()
              + " ADD PRIMARY KEY (…)");
      return null;
    }
    return keyOf(table, from) ? table : null;
  }

  private boolean keyOf(CatalogTable table, ParsedSelect.From from) {
    boolean sound = true;
    for (String name : table.primaryKey()) {
      CatalogTable.CatalogColumn column = table.column(name);
      String reason = column == null ? "is unknown" : unfit(column);
      if (reason != null) {
        problems.add(
            file,
            from.at(),
            "the table " + table.name() + ", whose primary key column " + name + " " + reason,
            "allowed are keys of integer, text, uuid, date and other types whose equal values are written the same");
        sound = false;
      }
    }
    return sound;
  }

  private static @Nullable String unfit(CatalogTable.CatalogColumn column) {
    if (column.generated() != null) {
      return "is generated";
    }
    if (column.type().refusal() != null || !column.type().uniqueText()) {
      return "is of type " + column.type().name();
    }
    return column.uniqueText() ? null : "has a nondeterministic collation";
  }

  private @Nullable Item item(ParsedSelect.Item item) {
    ParsedSelect.Reference plain = item.expression().plain();
    Expression expression = expression(item.expression());
    String name = item.alias() != null ? item.alias() : plain == null ? null : plain.column();
    if (name == null) {
      problems.add(
          file,
          item.expression().at(),
          "the expression " + item.expression().at().of(file.text()) + " without a name",
          "allowed is <expression> AS <column of the target>");
      return null;
    }
    boolean isPlain = plain != null && expression.references().size() == 1;
    return new Item(name, expression, isPlain ? expression.references().get(0) : null);
  }

  private void calls(ParsedSelect.Expression expression) {
    for (ParsedSelect.Call call : expression.calls()) {
      String kind = Calls.refusal(catalog, call);
      if (kind != null) {
        problems.add(file, call.at(), kind, Calls.ALLOWED);
      }
    }
  }

  private Expression expression(ParsedSelect.Expression expression) {
    calls(expression);
    List<Reference> references = new ArrayList<>();
    for (ParsedSelect.Reference written : expression.references()) {
      Reference reference = scope.resolve(written);
      if (reference != null) {
        references.add(reference);
      }
    }
    return new Expression(expression.at(), references);
  }

  private void baseKey(List<Item> items) {
    CatalogTable base = scope.tables().get(0).table();
    List<String> missing = new ArrayList<>(base.primaryKey());
    for (Item item : items) {
      if (item.plain() != null && item.plain().from() == 0) {
        missing.remove(item.plain().column().name());
      }
    }
    if (!missing.isEmpty()) {
      problems.add(
          file,
          parsed.selectList(),
          "a select list without "
              + String.join(", ", missing)
              + ", the primary key of "
              + base.name(),
          "the base table's whole key must be selected, as plain columns: it is the target's key");
    }
  }
}
