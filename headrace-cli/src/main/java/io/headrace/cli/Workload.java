package io.headrace.cli;

import io.headrace.cli.workload.RandomWorkload;
import io.headrace.stage.Database;
import io.headrace.star.SourceTable;
import io.headrace.star.Star;
import io.headrace.star.TableName;
import java.util.List;
import java.util.Random;

/** Random changes in the source, for something to watch. */
final class Workload {
  private Workload() {}

  static void start(
      int changesPerSecond, Database source, Star star, StageThreads threads, Console console) {
    long seed = new Random().nextInt(Integer.MAX_VALUE);
    List<TableName> tables = star.sources().stream().map(SourceTable::name).toList();
    RandomWorkload workload = new RandomWorkload(source, tables, seed);
    console.say("Writing " + changesPerSecond + " random changes a second (seed " + seed + ").");
    threads.start("workload", () -> workload.run(changesPerSecond), workload);
  }
}
