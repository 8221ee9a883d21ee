package io.headrace.star;

import io.headrace.star.SourceType.UserType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The warehouse's types: the source's own type is there when one of its name, in its schema or on
 * the search path, fits.
 */
final class WarehouseTypes implements UserTypes {

  private final PostgresTypes types;
  private final Map<UserType, Optional<String>> found = new HashMap<>();

  WarehouseTypes(Connection warehouse) {
    this.types = new PostgresTypes(warehouse);
  }

  @Override
  public @Nullable String find(UserType type) {
    return found.computeIfAbsent(type, this::lookUp).orElse(null);
  }

  private Optional<String> lookUp(UserType type) {
    String bare = Identifiers.quote(type.name());
    for (String name : List.of(Identifiers.quote(type.schema()) + "." + bare, bare)) {
      try {
        TypeDefinition definition = types.definition(name);
        if (definition != null && type.definition().fits(definition)) {
          return Optional.of(name + (type.array() ? "[]" : ""));
        }
      } catch (SQLException e) {
        throw new CatalogException("the warehouse's type " + name + " cannot be looked up", e);
      }
    }
    return Optional.empty();
  }
}
