package io.headrace.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.headrace.sink.DeadLetter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Dead letters as JSON: times in UTC, what is not there null. */
final class DeadLetterJson {
  private static final JsonFactory JSON = new JsonFactory();

  private DeadLetterJson() {}

  /** Writes something. */
  private interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  static String list(List<DeadLetter> letters) {
    return document(
        json -> {
          json.writeStartArray();
          for (DeadLetter letter : letters) {
            json.writeStartObject();
            fields(json, letter);
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  static String one(DeadLetter letter, DeadLetter.@Nullable Contents contents) {
    return document(
        json -> {
          json.writeStartObject();
          fields(json, letter);
          if (contents != null) {
            json.writeStringField("record_key", contents.key());
            json.writeStringField("record_value", contents.value());
          }
          json.writeEndObject();
        });
  }

  private static String document(Body body) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(out).useDefaultPrettyPrinter()) {
      body.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }

  private static void fields(JsonGenerator json, DeadLetter letter) throws IOException {
    json.writeNumberField("id", letter.id());
    json.writeStringField("stage", letter.stage());
    json.writeStringField("topic", letter.topic());
    json.writeNumberField("partition", letter.partition());
    json.writeNumberField("offset", letter.offset());
    if (letter.epoch() == null) {
      json.writeNullField("epoch");
    } else {
      json.writeNumberField("epoch", letter.epoch());
    }
    json.writeStringField("table", letter.table());
    json.writeStringField("key", letter.key());
    json.writeStringField("cause", letter.cause());
    json.writeStringField("sqlstate", letter.sqlState());
    json.writeStringField("at", letter.at().toString());
    json.writeNumberField("tries", letter.tries());
    json.writeStringField("last_tried", letter.lastTried().toString());
    json.writeStringField("state", letter.state());
    json.writeStringField("ended", letter.ended() == null ? null : letter.ended().toString());
    json.writeBooleanField("can_be_retried", letter.canBeRetried());
  }
}
