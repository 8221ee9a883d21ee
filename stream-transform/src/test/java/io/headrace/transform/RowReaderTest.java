package io.headrace.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.headrace.star.Column;
import io.headrace.star.DataType;
import io.headrace.star.DataType.Family;
import io.headrace.wire.CopyText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowReaderTest {

  private static final List<Column> COLUMNS =
      List.of(
          column("id", Family.NUMBER, Column.Absent.NULL),
          column("say \"so\"\n", Family.TEXT, Column.Absent.NULL),
          column("done", Family.BOOLEAN, Column.Absent.NULL),
          column("picture", Family.BYTES, Column.Absent.NULL),
          column("new", Family.TEXT, new Column.Absent(true, "fresh\t")));

  private static Column column(String name, Family family, Column.Absent absent) {
    return new Column(name, new DataType(family.name(), family), absent);
  }

  private static String read(List<Column> columns, String json) {
    JsonCursor cursor = new JsonCursor();
    cursor.open(json.getBytes(UTF_8));
    byte[] row = new RowReader(columns).read(cursor);
    cursor.expectEnd();
    return new String(row, UTF_8);
  }

  @Test
  void valuesBecomeCopyTextInTheOrderOfTheColumns() {
    assertThat(
            read(
                COLUMNS,
                " { \"picture\" : \"AAH/\", \"other\" : {\"id\":[1,{\"x\":\"}\\\"\"}],\"y\":-1.5e3}, \"done\":true,"
                    + "\"say \\\"so\\\"\\n\":\"a\\tb\\\\\\u00e9\\ud83d\\ude00\", \"id\":-12.50E+3} "))
        .isEqualTo("-12.50E+3\ta\\tb\\\\é😀\tt\t\\\\x0001ff\tfresh\\t");
  }

  @Test
  void nullsAndNotANumber() {
    assertThat(
            read(
                COLUMNS,
                "{\"id\":\"NaN\",\"say \\\"so\\\"\\n\":null,\"done\":false,\"picture\":\"\",\"new\":\"\"}"))
        .isEqualTo("NaN\t\\N\tf\t\\\\x\t");
  }

  @Test
  void anAbsentColumnWhoseValueNobodyKnowsIsRefused() {
    List<Column> columns = List.of(column("c", Family.TEXT, Column.Absent.UNKNOWN));
    assertThatThrownBy(() -> read(columns, "{}"))
        .isInstanceOf(BadRecordException.class)
        .hasMessage(
            "the row must have the column \"c\", for whose absence the source gives no value");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{\"id\"",
        "{\"id\":}",
        "{\"id\":1,}",
        "{\"id\":1",
        "{\"id\":true}",
        "{\"done\":1}",
        "{\"new\":1}",
        "{\"new\":\"\\u0000\"}",
        "{\"new\":\"\\ud83dx\"}",
        "{\"new\":\"\\x\"}",
        "{\"new\":\"a\tb\"}",
        "{\"new\":\"abc}",
        "{\"picture\":\"?\"}",
        "{\"x\":]}",
        "{\"x\":,}",
        "{\"id\":1}}",
        "{\"id\":nul}",
      })
  void whatIsNoRowIsRefused(String json) {
    assertThatThrownBy(() -> read(COLUMNS, json)).isInstanceOf(BadRecordException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'done':1}|true or false must stand at byte 8 of the JSON, where a digit stands",
        "{'new':7}|a string for column \"new\" of type TEXT must stand at byte 7 of the JSON, where a digit stands",
      })
  void theMessageSaysRuleAndValue(String json, String message) {
    assertThatThrownBy(() -> read(COLUMNS, json.replace('\'', '"'))).hasMessage(message);
  }

  @Test
  void anyTextComesThroughAsJacksonWroteIt() throws IOException {
    Random random = new Random();
    long seed = random.nextLong();
    random.setSeed(seed);
    Column column = column("c", Family.TEXT, Column.Absent.NULL);
    JsonFactory plain = new JsonFactory();
    JsonFactory ascii = JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    RowReader reader = new RowReader(List.of(column));
    for (int i = 0; i < 3_000; i++) {
      String text = text(random);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (JsonGenerator json = (i % 2 == 0 ? plain : ascii).createGenerator(out)) {
        json.writeStartObject();
        json.writeStringField("skip", text);
        json.writeStringField("c", text);
        json.writeEndObject();
      }
      JsonCursor cursor = new JsonCursor();
      cursor.open(out.toByteArray());
      List<@Nullable String> expected = new ArrayList<>();
      expected.add(text);
      assertThat(reader.read(cursor))
          .as("seed %sL: %s", seed, text)
          .isEqualTo(CopyText.row(expected));
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(30);
    for (int i = 0; i < length; i++) {
      int character =
          switch (random.nextInt(4)) {
            case 0 -> 1 + random.nextInt(0x1F);
            case 1 -> "\"\\/\tnN".charAt(random.nextInt(6));
            case 2 -> 0x20 + random.nextInt(0x300);
            default -> 0x1F600 + random.nextInt(0x40);
          };
      text.appendCodePoint(character);
    }
    return text.toString();
  }
}
