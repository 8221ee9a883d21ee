package io.headrace.sink;

import io.headrace.star.Identifiers;
import io.headrace.star.TableName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The foreign keys between the star's tables in the warehouse. */
record References(List<ForeignKey> keys) {

  /**
   * A foreign key.
   *
   * @param from the referring table's oid
   * @param to the table referred to
   * @param table the referring table
   * @param name the constraint's name
   * @param definition as {@code pg_get_constraintdef} gives it
   * @param enforced whether PostgreSQL checks it
   * @param action its ON DELETE action as in pg_constraint; {@code a} and {@code r} do nothing but
   *     check
   */
  record ForeignKey(
      long from,
      long to,
      TableName table,
      String name,
      String definition,
      boolean enforced,
      char action) {

    /** {@code ALTER TABLE} and the table. */
    String alter() {
      return "ALTER TABLE " + table.quoted();
    }

    /** Switches PostgreSQL's checking on or off. */
    String enforcement(boolean on) {
      return alter()
          + " ALTER CONSTRAINT "
          + Identifiers.quote(name)
          + (on ? " ENFORCED" : " NOT ENFORCED");
    }

    /** Creates it. */
    String addition() {
      return alter() + " ADD CONSTRAINT " + Identifiers.quote(name) + " " + definition;
    }
  }

  /**
   * The tables in an order in which whatever is referred to comes first; a circle is cut somewhere.
   */
  List<Target> parentsFirst(List<Target> targets) {
    List<Target> ordered = new ArrayList<>();
    Set<Long> seen = new HashSet<>();
    targets.forEach(target -> visit(target, targets, seen, ordered));
    return ordered;
  }

  private void visit(Target target, List<Target> all, Set<Long> seen, List<Target> ordered) {
    if (!seen.add(target.oid())) {
      return;
    }
    for (ForeignKey key : keys) {
      if (key.from() == target.oid()) {
        all.stream()
            .filter(parent -> parent.oid() == key.to())
            .forEach(parent -> visit(parent, all, seen, ordered));
      }
    }
    ordered.add(target);
  }
}
