package io.headrace.star;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compiles the star's SELECTs into the plan that the stages run. */
public final class StarCompiler {

  private StarCompiler() {}

  /**
   * Compiles for those who write the warehouse: all that can be checked is.
   *
   * @param source a connection to the source; nothing is left behind in it
   * @param warehouse a connection to the warehouse; nothing is left behind in it
   * @throws StarRefusedException with all problems at once
   * @throws CatalogException when a database does not answer
   */
  public static Star compile(List<StarFile> files, Connection source, Connection warehouse) {
    Problems problems = new Problems();
    UserTypes types = new WarehouseTypes(warehouse);
    List<BoundSelect> selects = bind(files, new PostgresSourceCatalog(source), problems);
    Map<String, List<String>> targetKeys = new HashMap<>();
    try (Probe inSource = new Probe(source)) {
      for (BoundSelect select : selects) {
        SourceCheck.check(select, inSource, problems);
      }
    } catch (SQLException e) {
      throw new CatalogException("the star's SELECTs cannot be tried in the source", e);
    }
    try (Probe inWarehouse = new Probe(warehouse)) {
      for (BoundSelect select : selects) {
        if (problems.isClean(select.file())) {
          StagedCheck check = new StagedCheck(select, types, inWarehouse, problems);
          targetKeys.put(select.file().name(), check.checkWithTarget());
        }
      }
    } catch (SQLException e) {
      throw new CatalogException("the star's SELECTs cannot be tried in the warehouse", e);
    }
    problems.throwIfAny();
    return PlanBuilder.build(selects, types, targetKeys);
  }

  /**
   * Compiles for those who do not know the warehouse. The generation is the same; the target tables
   * are not checked, and the query is not fit to run.
   *
   * @param source a connection to the source; nothing is left behind in it
   * @throws StarRefusedException with all problems at once
   * @throws CatalogException when the source does not answer
   */
  public static Star compile(List<StarFile> files, Connection source) {
    Problems problems = new Problems();
    UserTypes types = UserTypes.all();
    List<BoundSelect> selects = bind(files, new PostgresSourceCatalog(source), problems);
    try (Probe inSource = new Probe(source)) {
      for (BoundSelect select : selects) {
        SourceCheck.check(select, inSource, problems);
        if (problems.isClean(select.file())) {
          new StagedCheck(select, types, inSource, problems).check();
        }
      }
    } catch (SQLException e) {
      throw new CatalogException("the star's SELECTs cannot be tried in the source", e);
    }
    problems.throwIfAny();
    return PlanBuilder.build(selects, types, Map.of());
  }

  /** Parses and binds; a file with problems is looked through for more, and left out. */
  static List<BoundSelect> bind(List<StarFile> files, SourceCatalog catalog, Problems problems) {
    List<BoundSelect> bound = new ArrayList<>();
    for (StarFile file : files) {
      ParsedSelect parsed = SelectParser.parse(file, problems);
      BoundSelect select = parsed == null ? null : SelectBinder.bind(parsed, catalog, problems);
      if (select != null) {
        bound.add(select);
      }
    }
    sameTopic(bound, problems);
    return bound;
  }

  /** Kafka's topics allow fewer names than tables have: two tables must not meet in one. */
  private static void sameTopic(List<BoundSelect> selects, Problems problems) {
    Map<String, TableName> tables = new HashMap<>();
    for (BoundSelect select : selects) {
      for (int i = 0; i < select.tables().size(); i++) {
        TableName name = select.tables().get(i).table().name();
        TableName other = tables.putIfAbsent(Identifiers.inTopic(name.toString()), name);
        if (other != null && !other.equals(name)) {
          problems.add(
              select.file(),
              select.parsed().tables().get(i).at(),
              "the tables "
                  + name.quoted()
                  + " and "
                  + other.quoted()
                  + ", whose topics would have the same name",
              "allowed in one star are tables whose names differ in more than what a topic's name cannot hold");
        }
      }
    }
  }
}
