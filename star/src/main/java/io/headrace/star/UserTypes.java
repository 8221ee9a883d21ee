package io.headrace.star;

import io.headrace.star.SourceType.UserType;
import org.jspecify.annotations.Nullable;

/** What the warehouse knows of the source's own types. */
interface UserTypes {

  /**
   * The warehouse's name of the same type, as SQL text; null where it has none with the same
   * definition.
   */
  @Nullable String find(UserType type);

  /** Takes every type for known: for those who do not ask the warehouse. */
  static UserTypes all() {
    return UserType::quoted;
  }
}
