package io.headrace.sink;

import static java.util.stream.Collectors.joining;

import io.headrace.star.Identifiers;
import io.headrace.star.StarTable;
import io.headrace.star.WarehouseQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The SQL that takes facts into a star table, out of a relation with the columns {@code seq} (order
 * of arrival), {@code gone}, and {@code c1} … {@code cN}, the star table's inputs.
 *
 * @param target the table in the warehouse
 * @param stage the relation, as it can stand after FROM
 */
record MergeSql(Target target, String stage) {

  /**
   * Over a temporary table of the sink's own session: no other session can write to it, and it is
   * gone with this one.
   */
  static MergeSql ofMany(Target target, String stage) {
    return new MergeSql(target, stage);
  }

  /**
   * Over parameters: an array of text for each column. Their texts become values by the types'
   * input functions, as in COPY.
   */
  static MergeSql ofFew(Target target) {
    int inputs = target.starTable().inputs().size();
    return new MergeSql(
        target,
        "(SELECT u.seq::bigint AS seq, u.gone::boolean AS gone, "
            + inputs(i -> "CAST(u.c" + i + " AS " + type(target, i) + ") AS c" + i, inputs)
            + " FROM unnest(?::text[], ?::text[], "
            + inputs(i -> "?::text[]", inputs)
            + ") AS u (seq, gone, "
            + inputs(i -> "c" + i, inputs)
            + "))");
  }

  /** Creates the temporary table. */
  String createStage() {
    return "CREATE TEMPORARY TABLE "
        + stage
        + " (seq bigint NOT NULL, gone boolean NOT NULL, "
        + inputs(i -> "c" + i + " " + type(target, i), target.starTable().inputs().size())
        + ")";
  }

  private static String inputs(IntFunction<String> each, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(each).collect(joining(", "));
  }

  private static String type(Target target, int input) {
    StarTable table = target.starTable();
    return table.column(table.inputs().get(input - 1)).type().sql();
  }

  /** Takes {@link Lines}. */
  String copy() {
    return "COPY " + stage + " FROM STDIN";
  }

  /** Looks only at what plans for a stage depend on; rows may be wide. */
  String analyze() {
    return "ANALYZE " + stage + " (gone, " + keys() + ")";
  }

  /** Whether some key came more than once. */
  String repeats() {
    return "SELECT EXISTS (SELECT FROM " + stage + " GROUP BY " + keys() + " HAVING count(*) > 1)";
  }

  /** Writes the rows that are, where they differ from what is there. */
  String upsert(boolean repeats) {
    return upsert(repeats, live());
  }

  /**
   * As {@link #upsert}, only for arrivals between two parameters; each key must stand there once.
   */
  String upsertBetween() {
    return upsert(between(), live());
  }

  /** As {@link #delete}, only for arrivals between two parameters. */
  String deleteBetween() {
    return delete(between());
  }

  /** Nothing is evaluated for any other row: OFFSET 0 is a fence to the planner. */
  private String between() {
    return "(SELECT * FROM " + stage + " WHERE seq BETWEEN ? AND ? OFFSET 0) AS fact";
  }

  /** The first and the last arrival between two parameters. */
  String arrivalsBetween() {
    return "SELECT min(seq), max(seq) FROM " + stage + " WHERE seq BETWEEN ? AND ?";
  }

  /** The first and the last arrival. */
  String arrivals() {
    return "SELECT min(seq), max(seq) FROM " + stage;
  }

  /** Leaves the last arrival of each key. */
  String dropRepeats() {
    return "DELETE FROM "
        + stage
        + " WHERE ctid IN (SELECT old FROM (SELECT ctid AS old, row_number() OVER (PARTITION BY "
        + keys()
        + " ORDER BY seq DESC) AS place FROM "
        + stage
        + ") AS numbered WHERE place > 1)";
  }

  /** The last arrival of the key whose texts are the parameters. */
  String lastArrival() {
    return "SELECT max(seq) FROM " + stage + " WHERE " + keyIs();
  }

  /** Takes the key whose texts are the parameters from the stage. */
  String forget() {
    return "DELETE FROM " + stage + " WHERE " + keyIs();
  }

  private String keyIs() {
    return target.starTable().key().stream()
        .map(i -> "format('%s', c" + (i + 1) + ") = ?")
        .collect(joining(" AND "));
  }

  /** Of keys whose texts are the parameters, an array for each column: which are in the stage. */
  String touched() {
    int columns = target.starTable().key().size();
    return "SELECT DISTINCT asked.place FROM unnest("
        + IntStream.range(0, columns).mapToObj(i -> "?::text[]").collect(joining(", "))
        + ") WITH ORDINALITY AS asked ("
        + IntStream.range(0, columns).mapToObj(i -> "k" + i + ", ").collect(joining())
        + "place) JOIN "
        + stage
        + " AS staged ON "
        + IntStream.range(0, columns)
            .mapToObj(
                i ->
                    "format('%s', staged.c"
                        + (target.starTable().key().get(i) + 1)
                        + ") = asked.k"
                        + i)
            .collect(joining(" AND "));
  }

  /** An arrival, as COPY writes it: whether it is gone, and its inputs. */
  String copyOut(long arrival) {
    return "COPY (SELECT gone, "
        + inputs(i -> "c" + i, target.starTable().inputs().size())
        + " FROM "
        + stage
        + " WHERE seq = "
        + arrival
        + ") TO STDOUT";
  }

  private String upsert(boolean repeats, String which) {
    return upsert(facts(repeats), which);
  }

  private String upsert(String facts, String which) {
    WarehouseQuery query = target.starTable().query();
    List<String> others = new ArrayList<>(query.columns());
    others.removeAll(query.key());
    String onConflict =
        others.isEmpty()
            ? "DO NOTHING"
            : "DO UPDATE SET "
                + others.stream()
                    .map(c -> quoted(c) + " = excluded." + quoted(c))
                    .collect(joining(", "))
                // Images, not values: 1.0 and 1.00 are equal, and json has no equality at all.
                + "\nWHERE pg_catalog.record_image_ne(ROW("
                + others.stream().map(c -> "target." + quoted(c)).collect(joining(", "))
                + "), ROW("
                + others.stream().map(c -> "excluded." + quoted(c)).collect(joining(", "))
                + "))";
    return "INSERT INTO "
        + target.name().quoted()
        + " AS target ("
        + list(query.columns())
        + ")\nSELECT "
        + query.selectList()
        + "\nFROM "
        + facts
        + "\n"
        + query.from()
        + "\nWHERE "
        + which
        + "\nON CONFLICT ("
        + list(query.key())
        + ") "
        + onConflict;
  }

  /** Takes away the rows that are no more or that WHERE no longer lets through. */
  String delete(boolean repeats) {
    return delete(facts(repeats));
  }

  private String delete(String facts) {
    WarehouseQuery query = target.starTable().query();
    boolean all = all();
    return "DELETE FROM "
        + target.name().quoted()
        + " AS target\nUSING (SELECT "
        + namedKeys()
        + " FROM "
        + facts
        + (all ? "" : "\n" + query.from())
        + "\nWHERE "
        + (all
            ? "fact.gone"
            : "CASE WHEN fact.gone THEN true ELSE (" + query.where() + "\n) IS NOT TRUE END")
        + ") AS leaving\nWHERE "
        + sameKey("leaving");
  }

  /** Takes away every row that the facts do not contain. */
  String deleteOthers(boolean repeats) {
    return deleteOthers(repeats, live());
  }

  /** The same, but what stands for the arrivals in the parameter, an array, stays as it is. */
  String deleteOthersBut() {
    return deleteOthers(false, "CASE WHEN fact.seq = ANY (?) THEN true ELSE (" + live() + ") END");
  }

  private String deleteOthers(boolean repeats, String staying) {
    WarehouseQuery query = target.starTable().query();
    return "DELETE FROM "
        + target.name().quoted()
        + " AS target\nWHERE NOT EXISTS (SELECT FROM (SELECT "
        + namedKeys()
        + " FROM "
        + facts(repeats)
        + (all() ? "" : "\n" + query.from())
        + "\nWHERE "
        + staying
        + ") AS staying\nWHERE "
        + sameKey("staying")
        + ")";
  }

  /** Whether the star's SELECT has no WHERE. */
  boolean all() {
    return target.starTable().query().where().equals("true");
  }

  private String live() {
    // CASE, because AND promises no order, and WHERE must not see the NULLs of a row that is gone.
    return all()
        ? "NOT fact.gone"
        : "CASE WHEN fact.gone THEN false ELSE (" + target.starTable().query().where() + "\n) END";
  }

  private String facts(boolean repeats) {
    return repeats
        ? "(SELECT DISTINCT ON ("
            + keys()
            + ") * FROM "
            + stage
            + " AS staged ORDER BY "
            + keys()
            + ", seq DESC) AS fact"
        : stage + " AS fact";
  }

  private String namedKeys() {
    List<Integer> key = target.starTable().key();
    return IntStream.range(0, key.size())
        .mapToObj(
            i ->
                "CAST(fact.c" + (key.get(i) + 1) + " AS " + target.keyTypes().get(i) + ") AS k" + i)
        .collect(joining(", "));
  }

  private String sameKey(String keys) {
    List<String> columns = target.starTable().query().key();
    return IntStream.range(0, columns.size())
        .mapToObj(i -> "target." + quoted(columns.get(i)) + " = " + keys + ".k" + i)
        .collect(joining(" AND "));
  }

  private String keys() {
    return target.starTable().key().stream().map(i -> "c" + (i + 1)).collect(joining(", "));
  }

  private static String list(List<String> columns) {
    return columns.stream().map(MergeSql::quoted).collect(joining(", "));
  }

  private static String quoted(String column) {
    return Identifiers.quote(column);
  }
}
