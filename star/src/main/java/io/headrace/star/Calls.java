package io.headrace.star;

import org.jspecify.annotations.Nullable;

/** Which functions the star may call. */
final class Calls {

  static final String ALLOWED =
      "allowed are immutable functions, whose result depends on their arguments and nothing else";

  private Calls() {}

  /** What the call is, where it is refused; null where it may be allowed. */
  static @Nullable String refusal(SourceCatalog catalog, ParsedSelect.Call call) {
    if (call.keyword()) {
      return "the stable " + call.name();
    }
    return switch (catalog.call(call.name())) {
      case SCALAR -> null;
      case AGGREGATE -> "the aggregate function " + call.name();
      case WINDOW -> "the window function " + call.name();
      case SET -> "the function " + call.name() + ", which returns a set of rows";
      case STABLE -> "the stable function " + call.name();
      case VOLATILE -> "the volatile function " + call.name();
    };
  }
}
