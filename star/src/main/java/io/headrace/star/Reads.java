package io.headrace.star;

import io.headrace.star.BoundSelect.BoundTable;
import io.headrace.star.BoundSelect.Expression;
import io.headrace.star.BoundSelect.Reference;
import io.headrace.star.CatalogTable.CatalogColumn;
import io.headrace.star.CatalogTable.Generated;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which captured columns the expressions of a SELECT read, table by table. */
final class Reads {

  /** A captured column of a table of FROM. */
  record Read(int from, CatalogColumn column) {}

  private final List<Read> reads = new ArrayList<>();
  private final Set<Read> asValue = new HashSet<>();

  private Reads() {}

  /**
   * The reads of a SELECT: the base's key in its order, then the others table by table in the
   * tables' order.
   */
  static Reads of(BoundSelect select) {
    Reads found = new Reads();
    CatalogTable base = select.tables().get(0).table();
    Set<Read> wanted = new HashSet<>();
    for (Expression expression : select.expressions()) {
      for (Reference reference : expression.references()) {
        found.add(select.tables().get(reference.from()), reference, wanted);
      }
    }
    base.columns().stream()
        .filter(column -> base.primaryKey().contains(column.name()))
        .sorted((a, b) -> base.primaryKey().indexOf(a.name()) - base.primaryKey().indexOf(b.name()))
        .map(column -> new Read(0, column))
        .forEach(found.reads::add);
    for (int from = 0; from < select.tables().size(); from++) {
      for (CatalogColumn column : select.tables().get(from).table().columns()) {
        Read read = new Read(from, column);
        if (wanted.contains(read) && !found.reads.contains(read)) {
          found.reads.add(read);
        }
      }
    }
    return found;
  }

  /** All of them, in the order in which a fact carries them. */
  List<Read> all() {
    return reads;
  }

  /** Whether something else than the text is made of the column's value. */
  boolean asValue(Read read) {
    return asValue.contains(read);
  }

  private void add(BoundTable table, Reference reference, Set<Read> wanted) {
    Generated generated = reference.column().generated();
    if (generated == null) {
      Read read = new Read(reference.from(), reference.column());
      wanted.add(read);
      if (!reference.written().asText()) {
        asValue.add(read);
      }
      return;
    }
    List<String> names = new ArrayList<>(generated.reads());
    if (table.join() == Join.Kind.LEFT) {
      // Tells whether the join has found a row: a generated column of a missing row is NULL,
      // whatever its expression.
      names.add(table.table().primaryKey().get(0));
    }
    for (CatalogColumn column : table.table().columns()) {
      if (names.contains(column.name())) {
        Read read = new Read(reference.from(), column);
        wanted.add(read);
        asValue.add(read);
      }
    }
  }
}
