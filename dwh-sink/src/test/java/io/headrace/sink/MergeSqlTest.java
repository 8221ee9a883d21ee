package io.headrace.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.star.Column;
import io.headrace.star.DataType;
import io.headrace.star.SourceTable;
import io.headrace.star.StarTable;
import io.headrace.star.TableName;
import io.headrace.star.WarehouseQuery;
import java.util.List;
import org.junit.jupiter.api.Test;

class MergeSqlTest {
  private static final SourceTable BASE =
      new SourceTable(
          new TableName("public", "item"),
          List.of(column("id", "integer"), column("qty", "numeric(10,2)")),
          List.of(0));

  @Test
  void theStageHasTheInputsTypes() {
    assertThat(sql("true").createStage())
        .isEqualTo(
            "CREATE TEMPORARY TABLE pg_temp.s (seq bigint NOT NULL, gone boolean NOT NULL, c1 integer, c2 numeric(10,2))");
  }

  @Test
  void onlyTheKeysOfTheStageAreAnalyzed() {
    assertThat(sql("true").analyze()).isEqualTo("ANALYZE pg_temp.s (gone, c1)");
  }

  @Test
  void theUpsertTakesTheLastChangePerKeyAndLeavesEqualRowsAlone() {
    assertThat(sql("i.qty > 0 -- sold").upsert(true))
        .isEqualTo(
            """
            INSERT INTO "public"."Item" AS target ("Id", "amount")
            SELECT i.id, i.qty
            FROM (SELECT DISTINCT ON (c1) * FROM pg_temp.s AS staged ORDER BY c1, seq DESC) AS fact
            CROSS JOIN LATERAL (SELECT fact.c1 AS "id", fact.c2 AS "qty") AS "i"
            WHERE CASE WHEN fact.gone THEN false ELSE (i.qty > 0 -- sold
            ) END
            ON CONFLICT ("Id") DO UPDATE SET "amount" = excluded."amount"
            WHERE pg_catalog.record_image_ne(ROW(target."amount"), ROW(excluded."amount"))""");
  }

  @Test
  void theDeleteTakesWhatIsGoneOrNoLongerLetThrough() {
    assertThat(sql("i.qty > 0").delete(false))
        .isEqualTo(
            """
            DELETE FROM "public"."Item" AS target
            USING (SELECT CAST(fact.c1 AS bigint) AS k0 FROM pg_temp.s AS fact
            CROSS JOIN LATERAL (SELECT fact.c1 AS "id", fact.c2 AS "qty") AS "i"
            WHERE CASE WHEN fact.gone THEN true ELSE (i.qty > 0
            ) IS NOT TRUE END) AS leaving
            WHERE target."Id" = leaving.k0""");
    assertThat(sql("true").delete(false)).contains("FROM pg_temp.s AS fact\nWHERE fact.gone)");
  }

  @Test
  void fewRowsAreParameters() {
    assertThat(MergeSql.ofFew(sql("true").target()).stage())
        .isEqualTo(
            "(SELECT u.seq::bigint AS seq, u.gone::boolean AS gone, CAST(u.c1 AS integer) AS c1,"
                + " CAST(u.c2 AS numeric(10,2)) AS c2"
                + " FROM unnest(?::text[], ?::text[], ?::text[], ?::text[]) AS u (seq, gone, c1, c2))");
  }

  private static MergeSql sql(String where) {
    WarehouseQuery query =
        new WarehouseQuery(
            List.of("Id", "amount"),
            List.of("Id"),
            "i.id, i.qty",
            "CROSS JOIN LATERAL (SELECT fact.c1 AS \"id\", fact.c2 AS \"qty\") AS \"i\"",
            where);
    StarTable table =
        new StarTable(
            "Item",
            BASE,
            List.of(),
            List.of(new StarTable.Input(0, 0), new StarTable.Input(0, 1)),
            List.of(0),
            query);
    return new MergeSql(
        new Target(table, 1, new TableName("public", "Item"), List.of("bigint")), "pg_temp.s");
  }

  private static Column column(String name, String type) {
    return new Column(name, new DataType(type, DataType.Family.TEXT), Column.Absent.NULL);
  }
}
