package io.headrace.transform;

import io.headrace.star.Join;
import io.headrace.star.SourceTable;
import io.headrace.star.StarTable;
import io.headrace.star.StarTable.Input;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The joins of one star table over one base row, as SQL means them. Not for several threads at
 * once.
 */
final class FactJoin {

  private final int star;
  private final int base;
  private final List<Step> steps;
  private final List<Run> runs;
  private final int[] own;
  private final List<int[]> used;
  private final @Nullable Row[] found;
  private final ByteBuilder out = new ByteBuilder(1024);

  /**
   * One join.
   *
   * @param inner whether a row that finds none is dropped
   * @param table the joined table's number
   * @param from whose columns hold the foreign key: 0 is the base, i is what join i - 1 found
   * @param foreignKey its columns there, and the index from the joined table back to them
   */
  record Step(boolean inner, int table, int from, ForeignKey foreignKey) {}

  /** Inputs that stand side by side in one source row, copied at once. */
  private record Run(int from, int first, int last) {}

  FactJoin(
      int star,
      StarTable table,
      ToIntFunction<SourceTable> ordinals,
      List<ForeignKey> foreignKeys) {
    this.star = star;
    base = ordinals.applyAsInt(table.base());
    List<Step> all = new ArrayList<>();
    for (int i = 0; i < table.joins().size(); i++) {
      Join join = table.joins().get(i);
      all.add(
          new Step(
              join.kind() == Join.Kind.INNER,
              ordinals.applyAsInt(join.parent()),
              join.from(),
              foreignKeys.get(i)));
    }
    steps = List.copyOf(all);
    runs = runs(table.inputs());
    own = columns(table.inputs(), 0).mapToInt(Integer::intValue).toArray();
    used = used(table.inputs(), steps);
    found = new Row[steps.size() + 1];
  }

  private static List<Run> runs(List<Input> inputs) {
    List<Run> runs = new ArrayList<>();
    for (Input input : inputs) {
      Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
      if (last != null && last.from() == input.from() && last.last() + 1 == input.column()) {
        runs.set(runs.size() - 1, new Run(last.from(), last.first(), input.column()));
      } else {
        runs.add(new Run(input.from(), input.column(), input.column()));
      }
    }
    return List.copyOf(runs);
  }

  private static List<int[]> used(List<Input> inputs, List<Step> steps) {
    List<int[]> used = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      int row = i + 1;
      Set<Integer> columns = columns(inputs, row).collect(Collectors.toCollection(TreeSet::new));
      for (Step step : steps) {
        if (step.from() == row) {
          for (int column : step.foreignKey().columns()) {
            columns.add(column);
          }
        }
      }
      used.add(columns.stream().mapToInt(Integer::intValue).toArray());
    }
    return List.copyOf(used);
  }

  private static Stream<Integer> columns(List<Input> inputs, int from) {
    return inputs.stream().filter(input -> input.from() == from).map(Input::column);
  }

  /** Whether the base row's own columns make another fact of it, whatever it is joined with. */
  boolean differs(Row before, Row after) {
    return !before.sameFields(after, own);
  }

  /**
   * Whether no fact can tell two states of a joined row apart: the columns that this join takes
   * from it, and those that lead on from it, are the same.
   */
  boolean alike(int step, @Nullable Row before, @Nullable Row after) {
    return before != null && after != null && before.sameFields(after, used.get(step));
  }

  /** The star table's place in the star. */
  int star() {
    return star;
  }

  /** The base table's number. */
  int base() {
    return base;
  }

  List<Step> steps() {
    return steps;
  }

  /**
   * The fact that a base row becomes: COPY text of the star table's inputs; null when an inner join
   * finds nothing.
   */
  byte @Nullable [] fact(Row baseRow, Parents parents) {
    found[0] = baseRow;
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      Row child = found[step.from()];
      Bytes place =
          child == null ? null : StoreKeys.parent(step.table(), child, step.foreignKey().columns());
      Row row = place == null ? null : parents.find(i, step.table(), place);
      if (row == null && step.inner()) {
        return null;
      }
      found[i + 1] = row;
    }
    return output();
  }

  private byte[] output() {
    out.clear();
    for (Run run : runs) {
      if (out.length() > 0 || run != runs.get(0)) {
        out.append('\t');
      }
      Row row = found[run.from()];
      if (row != null) {
        out.append(row.bytes(), row.starts()[run.first()], row.starts()[run.last() + 1] - 1);
      } else {
        for (int i = run.first(); i <= run.last(); i++) {
          if (i > run.first()) {
            out.append('\t');
          }
          out.append('\\');
          out.append('N');
        }
      }
    }
    return out.toByteArray();
  }
}
