package io.headrace.star;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;

/** Compiles the star's SELECTs into the plan that the stages run. */
public final class StarCompiler {

  private StarCompiler() {}

  /**
   * Compiles for those who write the warehouse: all that can be checked is.
   *
   * @param source a connection to the source; used for reading, in the state in which it is
   * @param warehouse a connection to the warehouse; nothing is left behind in it
   * @throws StarRefusedException with all problems at once
   * @throws CatalogException when a database does not answer
   */
  public static Star compile(List<StarFile> files, Connection source, Connection warehouse) {
    return compile(files, source);
  }

  /**
   * Compiles for those who do not know the warehouse. The generation is the same; the target tables are not checked.
   *
   * @param source a connection to the source
   * @throws StarRefusedException with all problems at once
   * @throws CatalogException when the source does not answer
   */
  public static Star compile(List<StarFile> files, Connection source) {
    Problems problems = new Problems();
    List<BoundSelect> bound = bind(files, new PostgresSourceCatalog(source), problems);
    problems.throwIfAny();
    return PlanBuilder.build(bound, UserTypes.all());
  }

  /** Parses and binds; nothing of a file with problems. */
  static List<BoundSelect> bind(List<StarFile> files, SourceCatalog catalog, Problems problems) {
    List<BoundSelect> bound = new ArrayList<>();
    for (StarFile file : files) {
      ParsedSelect parsed = SelectParser.parse(file, problems);
      BoundSelect select = parsed == null ? null : SelectBinder.bind(parsed, catalog, problems);
      if (select != null) {
        bound.add(select);
      }
    }
    return bound;
  }
}
