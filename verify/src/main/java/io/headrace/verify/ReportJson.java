package io.headrace.verify;

import com.fasterxml.jackson.core.JsonGenerator;
import io.headrace.wire.EpochMark;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A report for machines, one JSON document. */
public final class ReportJson {

  private ReportJson() {}

  /**
   * The document.
   *
   * @param shown at most so many differences
   * @param keysOnly whether values are withheld
   */
  public static String document(VerificationReport report, int shown, boolean keysOnly) {
    return Json.text(json -> write(json, report, shown, keysOnly));
  }

  private static void write(
      JsonGenerator json, VerificationReport report, int shown, boolean keysOnly)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("verification", report.id());
    json.writeStringField("result", report.result());
    json.writeStringField("method", report.method());
    if (report.filter().where() != null) {
      json.writeStringField("where", report.filter().where());
    }
    Filter.Sample sample = report.filter().sample();
    if (sample != null) {
      json.writeNumberField("sample", sample.percent());
      json.writeNumberField("seed", sample.seed());
    }
    json.writeStringField("started", report.started().toString());
    json.writeNumberField("tookMillis", report.took().toMillis());
    position(json, "first", report.first());
    position(json, "last", report.last());
    json.writeNumberField("rows", report.rows());
    json.writeNumberField("differs", report.different());
    json.writeNumberField("undecided", report.undecided());
    json.writeArrayFieldStart("tables");
    for (TableResult table : report.tables()) {
      table(json, table);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("differences");
    int count = Math.min(shown, report.differences().size());
    for (Difference difference : report.differences().subList(0, count)) {
      difference(json, difference, keysOnly);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void position(JsonGenerator json, String name, @Nullable EpochMark mark)
      throws IOException {
    if (mark != null) {
      json.writeObjectFieldStart(name);
      json.writeNumberField("epoch", mark.number());
      json.writeStringField("lsn", mark.lsn().toString());
      json.writeStringField("committed", mark.committed().toString());
      json.writeEndObject();
    }
  }

  private static void table(JsonGenerator json, TableResult table) throws IOException {
    json.writeStartObject();
    json.writeStringField("table", table.table());
    json.writeNumberField("rows", table.rows());
    json.writeNumberField("equal", table.equal());
    json.writeNumberField("different", table.different());
    json.writeNumberField("missing", table.missing());
    json.writeNumberField("extra", table.extra());
    json.writeNumberField("undecided", table.undecided());
    json.writeNumberField("tookMillis", table.took().toMillis());
    json.writeEndObject();
  }

  private static void difference(JsonGenerator json, Difference difference, boolean keysOnly)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("table", difference.table());
    json.writeFieldName("key");
    Json.writeKey(json, difference);
    json.writeStringField("kind", difference.kind().word());
    if (!keysOnly) {
      json.writeArrayFieldStart("columns");
      for (Difference.Value value : difference.values()) {
        json.writeStartObject();
        json.writeStringField("column", value.column());
        json.writeStringField("source", value.source());
        json.writeStringField("warehouse", value.warehouse());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }
}
