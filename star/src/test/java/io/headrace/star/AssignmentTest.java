package io.headrace.star;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssignmentTest {

  @ParameterizedTest
  @CsvSource({
    "int4, -1, int4, -1, true",
    "int2, -1, int8, -1, true",
    "int8, -1, int4, -1, false",
    "int4, -1, float8, -1, true",
    "int8, -1, float8, -1, false",
    "int4, -1, numeric, -1, true",
    "int4, -1, '10,0', 0, true",
    "int4, -1, '10,1', 0, false",
    "float4, -1, float8, -1, true",
    "float8, -1, numeric, -1, false",
    "'12,2', 0, '12,2', 0, true",
    "'12,2', 0, '13,2', 0, true",
    "'12,2', 0, '13,3', 0, true",
    "'12,2', 0, '12,3', 0, false",
    "'12,2', 0, '12,1', 0, false",
    "'12,2', 0, numeric, -1, true",
    "numeric, -1, '12,2', 0, false",
    "'5,-2', 0, '7,0', 0, true",
    "varchar, 14, varchar, 14, true",
    "varchar, 14, varchar, 24, true",
    "varchar, 24, varchar, 14, false",
    "varchar, 14, text, -1, true",
    "text, -1, varchar, 14, false",
    "text, -1, varchar, -1, true",
    "bpchar, 9, text, -1, false",
    "timestamp, 0, timestamp, -1, true",
    "timestamp, -1, timestamp, 6, true",
    "timestamp, -1, timestamp, 0, false",
    "timestamp, 0, timestamp, 3, true",
    "timestamp, -1, timestamptz, -1, false",
    "date, -1, timestamp, -1, true",
    "_varchar, 14, _varchar, 24, true",
    "_varchar, 24, _varchar, 14, false",
    "_int4, -1, _int8, -1, false",
    "bit, 3, bit, 4, false",
    "jsonb, -1, text, -1, false",
    "cidr, -1, inet, -1, true",
  })
  void takesATypeOnlyWithoutLoss(
      String from, int fromModifier, String to, int toModifier, boolean fits) {
    assertThat(Assignment.fits(column(from, fromModifier), column(to, toModifier))).isEqualTo(fits);
  }

  /** {@code 12,2} stands for numeric(12,2). */
  private static ResultColumn column(String type, int modifier) {
    if (type.contains(",")) {
      String[] numeric = type.split(",");
      int packed =
          ((Integer.parseInt(numeric[0]) << 16) | (Integer.parseInt(numeric[1]) & 0x7FF)) + 4;
      return column("numeric", packed);
    }
    return new ResultColumn("x", type.hashCode(), type, modifier, "b", type, false, false);
  }
}
