package io.headrace.star;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The plan of SELECTs that the star knows. */
class PlanBuilderTest {

  private static final FakeCatalog CATALOG =
      new FakeCatalog()
          .table("public", "person", "id integer key", "name text", "boss integer", "mood mood")
          .table(
              "public",
              "fact",
              "no text",
              "id integer key",
              "c1 text",
              "seq integer",
              "who integer",
              "person_id integer")
          .table(
              "sales",
              "line",
              "no integer key",
              "order_id bigint key",
              "qty integer",
              "double integer (qty)",
              "who integer");

  @Test
  void namesASourceTableOnceWithTheUnionOfWhatTheStarNeedsKeyFirst() {
    Star star =
        compile(
            "SELECT id, name FROM person",
            "SELECT f.id, p.boss AS b FROM fact f JOIN person p ON f.who = p.id");
    assertThat(star.sources())
        .extracting(SourceTable::name)
        .extracting(TableName::toString)
        .containsExactly("public.fact", "public.person");
    assertThat(star.sources().get(0).columns())
        .extracting(Column::name)
        .containsExactly("id", "who");
    assertThat(star.sources().get(1).columns())
        .extracting(Column::name)
        .containsExactly("id", "name", "boss");
    assertThat(star.tables().get(0).base()).isSameAs(star.sources().get(1));
    assertThat(star.tables().get(1).joins().get(0).parent()).isSameAs(star.sources().get(1));
    assertThat(star.tables().get(1).joins().get(0).foreignKey()).containsExactly(1);
    assertThat(star.tables().get(1).inputs())
        .containsExactly(new StarTable.Input(0, 0), new StarTable.Input(1, 2));
    assertThat(star.tables().get(1).key()).containsExactly(0);
  }

  @Test
  void joinsTheSameTableTwiceAndFromAParentOn() {
    Star star =
        compile(
            "SELECT p.id, boss.name AS boss, top.name AS top FROM person p LEFT JOIN person boss ON boss.id = p.boss"
                + " LEFT OUTER JOIN person top ON (boss.boss = top.id)");
    assertThat(star.sources()).hasSize(1);
    assertThat(star.tables().get(0).joins()).extracting(Join::from).containsExactly(0, 1);
    assertThat(star.tables().get(0).joins()).extracting(Join::kind).containsOnly(Join.Kind.LEFT);
    assertThat(star.tables().get(0).query().from())
        .isEqualTo(
            """
            CROSS JOIN LATERAL (SELECT fact.c1 AS "id") AS "p"
            CROSS JOIN LATERAL (SELECT fact.c2 AS "name") AS "boss"
            CROSS JOIN LATERAL (SELECT fact.c3 AS "name") AS "top\"""");
  }

  @Test
  void keepsTheAuthorsTextLetterByLetter() {
    WarehouseQuery query =
        compile(
                "select  ID, -- the key\n  Upper( name )||'x' AS \"N\"\nFROM person\nWHERE name  <> ';' /* no */ ; -- end")
            .tables()
            .get(0)
            .query();
    assertThat(query.selectList()).isEqualTo("ID, -- the key\n  Upper( name )||'x' AS \"N\"");
    assertThat(query.where()).isEqualTo("name  <> ';'");
    assertThat(query.columns()).containsExactly("id", "N");
    assertThat(query.key()).containsExactly("id");
  }

  @Test
  void qualifiesOnlyWhatWouldMeanSomethingElseOverStagedFacts() {
    WarehouseQuery query =
        compile(
                "SELECT fact.id, c1, seq, fact.no AS n, public.fact.c1 AS again FROM fact WHERE c1 > no")
            .tables()
            .get(0)
            .query();
    assertThat(query.selectList())
        .isEqualTo(
            "\"fact_\".\"id\", \"fact_\".\"c1\", \"fact_\".\"seq\", \"fact_\".\"no\" AS n, \"fact_\".\"c1\" AS again");
    assertThat(query.where()).isEqualTo("\"fact_\".\"c1\" > no");
    assertThat(query.from())
        .isEqualTo(
            "CROSS JOIN LATERAL (SELECT fact.c1 AS \"id\", fact.c2 AS \"no\", fact.c3 AS \"c1\", fact.c4 AS \"seq\") AS \"fact_\"");
  }

  @Test
  void takesTheEarlierTablesColumnForTheCommonNameOfUsing() {
    Star star = compile("SELECT f.id AS x, id, p.name FROM fact f JOIN person p USING (id)");
    assertThat(star.tables().get(0).query().selectList())
        .isEqualTo("f.id AS x, \"f\".\"id\", p.name");
    assertThat(star.tables().get(0).joins().get(0).from()).isZero();
  }

  @Test
  void computesGeneratedColumnsFromTheCapturedOnes() {
    Star star = compile("SELECT order_id, no, double FROM sales.line");
    assertThat(star.sources().get(0).columns())
        .extracting(Column::name)
        .containsExactly("no", "order_id", "qty");
    assertThat(star.tables().get(0).query().from())
        .isEqualTo(
            "CROSS JOIN LATERAL (SELECT \"line\".*, CAST((qty) AS integer) AS \"double\" FROM (SELECT fact.c1 AS \"no\","
                + " fact.c2 AS \"order_id\", fact.c3 AS \"qty\") AS \"line\") AS \"line\"");
    assertThat(star.tables().get(0).query().key()).containsExactly("no", "order_id");
  }

  @Test
  void givesUserTypesBackOnlyWhereTheWarehouseHasThem() {
    String sql = "SELECT id, mood FROM person";
    assertThat(compile(UserTypes.all(), sql).tables().get(0).query().from())
        .isEqualTo(
            "CROSS JOIN LATERAL (SELECT fact.c1 AS \"id\", fact.c2::\"public\".\"mood\" AS \"mood\") AS \"person\"");
    assertThat(compile(type -> null, sql).tables().get(0).query().from())
        .isEqualTo(
            "CROSS JOIN LATERAL (SELECT fact.c1 AS \"id\", fact.c2 AS \"mood\") AS \"person\"");
  }

  @Test
  void theGenerationChangesWithTheTextAndNotWithComments() {
    String generation = compile("SELECT id, name FROM person").generation();
    assertThat(compile("SELECT id, name FROM person -- all of them\n;").generation())
        .isEqualTo(generation);
    assertThat(compile("SELECT id, name FROM person WHERE id > 1").generation())
        .isNotEqualTo(generation);
    assertThat(compile("SELECT id, name AS n FROM person").generation()).isNotEqualTo(generation);
    assertThat(compile("SELECT id, name, boss FROM person").generation()).isNotEqualTo(generation);
    assertThat(compile(type -> null, "SELECT id, name FROM person").generation())
        .isEqualTo(generation);
  }

  @Test
  void readsLongTextsWithAnyUnicodeAndAnyEndsOfLines() {
    String comment = "-- " + "é𝄞".repeat(4000) + "\r\n\t";
    WarehouseQuery query =
        compile(
                comment
                    + "SELECT id,\r\n\t'é𝄞' || name AS \"é𝄞\",\tboss\r\nFROM person"
                    + " ".repeat(5000)
                    + "WHERE name > '𝄞'")
            .tables()
            .get(0)
            .query();
    assertThat(query.selectList()).isEqualTo("id,\r\n\t'é𝄞' || name AS \"é𝄞\",\tboss");
    assertThat(query.where()).isEqualTo("name > '𝄞'");
    assertThat(query.columns()).containsExactly("id", "é𝄞", "boss");
  }

  private static Star compile(String... selects) {
    return compile(UserTypes.all(), selects);
  }

  private static Star compile(UserTypes types, String... selects) {
    List<StarFile> files = new ArrayList<>();
    for (String select : selects) {
      files.add(new StarFile(Path.of("t" + files.size() + ".sql"), "t" + files.size(), select));
    }
    Problems problems = new Problems();
    List<BoundSelect> bound = StarCompiler.bind(files, CATALOG, problems);
    problems.throwIfAny();
    return PlanBuilder.build(bound, types, Map.of());
  }
}
