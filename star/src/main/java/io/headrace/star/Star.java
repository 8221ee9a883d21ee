package io.headrace.star;

import java.util.List;

/**
 * The compiled star.
 *
 * @param tables the star's tables in the order of their names
 * @param sources every source table that any of them reads, in the order of their names; a table
 *     stands here once, with the union of the columns that the star needs of it, and {@link
 *     StarTable#base} and {@link Join#parent} are these very objects
 * @param generation eight hexadecimal digits that change whenever a SELECT or a type it rests on
 *     changes, or what a {@link GenerationName} makes of them. What is derived (fact topics, state,
 *     staged rows) carries it in its name, so that two definitions never meet in one place.
 * @param files the SELECTs that it was compiled from, so that it can be compiled again
 */
public record Star(
    List<StarTable> tables, List<SourceTable> sources, String generation, List<StarFile> files) {
  public Star {
    tables = List.copyOf(tables);
    sources = List.copyOf(sources);
    files = List.copyOf(files);
  }

  /** The same under another {@link GenerationName}. */
  public Star named(String name) {
    return new Star(tables, sources, name, files);
  }

  /** A plan that was not compiled from files. */
  public Star(List<StarTable> tables, List<SourceTable> sources, String generation) {
    this(tables, sources, generation, List.of());
  }
}
