package io.headrace.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.star.Star;
import io.headrace.testing.TestServers;
import java.util.List;
import org.junit.jupiter.api.Test;

class CaptureIT {

  private final String prefix = TestServers.uniqueName("capture");

  @Test
  void rowsOfBeforeAndAfterTheStartArriveOnce() {
    Source source =
        new Source(
            "CREATE TABLE t (id int PRIMARY KEY, v text)",
            "ALTER TABLE t REPLICA IDENTITY FULL",
            "INSERT INTO t SELECT i, 'row ' || i FROM generate_series(1, 100) i");
    Star star = source.star("t");
    try (CaptureRun run = CaptureRun.start(source, prefix, star)) {
      run.awaitCaught(source);
      source.run("INSERT INTO t VALUES (101, 'new')", "UPDATE t SET v = 'changed' WHERE id = 1", "DELETE FROM t WHERE id = 2");
      run.awaitCaught(source);
    }
    Captured captured = Captured.read(prefix, "t");
    assertThat(captured.rows("t")).isEqualTo(source.rows("t"));
    assertThat(captured.changes("t")).hasSize(104);
    assertThat(captured.changes("t").stream().filter(c -> c.value() != null).map(Captured.Change::op).toList())
        .containsOnlyOnce("c", "u", "d");
    System.out.println(captured.changes("t").get(0));
    captured.changes("t").stream().filter(c -> c.value() != null && !c.op().equals("r")).forEach(System.out::println);
    assertThat(captured.epochs().get(0).number()).isEqualTo(1);
    assertThat(List.copyOf(run(captured))).isSorted();
  }

  private static List<Long> run(Captured captured) {
    return captured.epochs().stream().map(e -> e.number()).toList();
  }
}
