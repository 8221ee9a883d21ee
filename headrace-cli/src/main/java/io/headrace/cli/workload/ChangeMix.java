package io.headrace.cli.workload;

import java.util.Random;

/** How often each kind of change comes. */
final class ChangeMix {

  private ChangeMix() {}

  static ChangeKind next(Random random, WorkloadShape shape) {
    int chance = random.nextInt(1_000);
    if (shape.truncates() && chance < 3) {
      return ChangeKind.TRUNCATE;
    }
    if (shape.nasty() && chance < 13) {
      return ChangeKind.LARGE_VALUE;
    }
    if (chance < 33) {
      return ChangeKind.REKEY;
    }
    if (chance < 63) {
      return ChangeKind.TOUCH;
    }
    if (chance < 83) {
      return ChangeKind.BULK_INSERT;
    }
    if (chance < 103) {
      return ChangeKind.COPY;
    }
    if (chance < 250) {
      return ChangeKind.DELETE;
    }
    if (chance < 400) {
      return ChangeKind.MOVE;
    }
    return chance < 620 ? ChangeKind.INSERT : ChangeKind.UPDATE;
  }
}
