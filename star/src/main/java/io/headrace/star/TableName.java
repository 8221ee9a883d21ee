package io.headrace.star;

/**
 * A table of the source, as the catalog spells it: unquoted, with its case.
 *
 * @param schema the schema's name, never empty
 * @param table the table's name, never empty
 */
public record TableName(String schema, String table) implements Comparable<TableName> {

  /** {@code "billing"."Invoice"}: fit for any SQL text. */
  public String quoted() {
    return Identifiers.quote(schema) + "." + Identifiers.quote(table);
  }

  @Override
  public int compareTo(TableName other) {
    int bySchema = schema.compareTo(other.schema);
    return bySchema != 0 ? bySchema : table.compareTo(other.table);
  }

  /** {@code billing.Invoice}: for people. */
  @Override
  public String toString() {
    return schema + "." + table;
  }
}
