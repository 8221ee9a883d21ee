package io.headrace.bench;

/**
 * How large the benchmark's school is. Each level above the lessons is a tenth of the one below,
 * but for the modules.
 *
 * @param lessons number of lessons; at least 2,000, so that there is a course
 */
record Scale(int lessons) {

  static final int SMALLEST = 2_000;

  Scale {
    if (lessons < SMALLEST) {
      throw new IllegalArgumentException(
          "lessons must be at least " + SMALLEST + " but were " + lessons);
    }
  }

  int modules() {
    return lessons / 20;
  }

  int streams() {
    return lessons / 200;
  }

  int courses() {
    return lessons / 2_000;
  }

  /** Rows in all four tables. */
  int rows() {
    return lessons + modules() + streams() + courses();
  }
}
