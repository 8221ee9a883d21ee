package io.headrace.pipeline;

import io.headrace.star.TableName;
import java.nio.file.Path;

/** The two stars that everything is tried with. */
enum Example {
  /** The one that is shipped. */
  SCHOOL(
      Path.of("../sql"),
      "public",
      "stream_module_lesson",
      "UPDATE stream SET course_id = (SELECT id FROM course ORDER BY random() LIMIT 1)"),
  /**
   * One that shares nothing with it: other schemas, composite and text keys, LEFT JOIN, WHERE,
   * expressions.
   */
  SHOP(
      Path.of("../test-servers/src/main/resources/shop"),
      "sales",
      "order_line",
      """
      UPDATE sales."Order" SET channel = (ARRAY['web', 'shop', 'phone'])[1 + floor(random() * 3)]::sales.channel,
        customer_id = (SELECT id FROM billing.customer ORDER BY random() LIMIT 1)""");

  private final Path sql;
  private final String factSchema;
  private final String factTable;
  private final String fanOut;

  Example(Path sql, String factSchema, String factTable, String fanOut) {
    this.sql = sql;
    this.factSchema = factSchema;
    this.factTable = factTable;
    this.fanOut = fanOut;
  }

  /** The folder with {@code source}, {@code star} and {@code warehouse}. */
  Path sql() {
    return sql.toAbsolutePath().normalize();
  }

  /** The base table of the star's fact. */
  TableName facts() {
    return new TableName(factSchema, factTable);
  }

  /** A statement that changes all facts by changing their parents. */
  String fanOut() {
    return fanOut;
  }
}
