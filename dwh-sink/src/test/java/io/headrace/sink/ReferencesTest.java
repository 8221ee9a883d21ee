package io.headrace.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.sink.References.ForeignKey;
import io.headrace.star.SourceTable;
import io.headrace.star.StarTable;
import io.headrace.star.TableName;
import io.headrace.star.WarehouseQuery;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReferencesTest {

  @Test
  void whatIsReferredToComesFirst() {
    References references = new References(List.of(key(1, 2), key(2, 3), key(1, 3)));
    assertThat(order(references, 1, 2, 3, 4)).containsExactly(3L, 2L, 1L, 4L);
  }

  @Test
  void circlesAreCutAndTablesThatReferToThemselvesStandOnce() {
    References references = new References(List.of(key(1, 2), key(2, 1), key(3, 3), key(1, 9)));
    assertThat(order(references, 1, 2, 3)).containsExactly(2L, 1L, 3L);
  }

  private static List<Long> order(References references, long... oids) {
    List<Target> targets = Arrays.stream(oids).mapToObj(ReferencesTest::target).toList();
    return references.parentsFirst(targets).stream().map(Target::oid).toList();
  }

  private static ForeignKey key(long from, long to) {
    return new ForeignKey(from, to, new TableName("public", "t" + from), "k", "", true, 'a');
  }

  private static Target target(long oid) {
    TableName name = new TableName("public", "t" + oid);
    return new Target(
        new StarTable(
            name.table(),
            new SourceTable(name, List.of(), List.of()),
            List.of(),
            List.of(),
            List.of(),
            new WarehouseQuery(List.of(), List.of(), "", "", "true")),
        oid,
        name,
        List.of());
  }
}
