package io.headrace.cli.workload;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a random value must look like.
 *
 * @param name the type's name in pg_type, domains resolved: {@code int4}, {@code varchar}; of an
 *     array the element's
 * @param modifier the type modifier as pg_attribute holds it; -1 for none
 * @param array whether it is an array of the named type
 * @param labels an enum's labels, else empty
 */
record TypeShape(String name, int modifier, boolean array, List<String> labels) {
  TypeShape {
    labels = List.copyOf(labels);
  }

  TypeShape element() {
    return new TypeShape(name, modifier, false, labels);
  }

  /** Characters of a {@code char(n)} or {@code varchar(n)}, or null where there is no limit. */
  @Nullable Integer maxLength() {
    return modifier < 4 ? null : modifier - 4;
  }

  /** Digits of a {@code numeric(p,s)}, or 0 where there is no limit. */
  int precision() {
    return modifier < 4 ? 0 : (modifier - 4) >> 16;
  }

  int scale() {
    return modifier < 4 ? 0 : (modifier - 4) & 0x7ff;
  }
}
