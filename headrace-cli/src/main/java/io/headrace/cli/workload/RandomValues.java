package io.headrace.cli.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.LocalDate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Random values in PostgreSQL's text form. */
final class RandomValues {

  private static final int LARGE = 100_000;

  private static final List<String> WORDS =
      List.of(
          "river", "north", "copper", "willow", "autumn", "signal", "paper", "orbit", "maple",
          "harbor", "lantern");

  private static final List<String> NASTY_TEXTS =
      List.of(
          "",
          " ",
          "trailing ",
          " leading",
          "NULL",
          "null",
          "\\N",
          "\\.",
          "\\",
          "\\\\",
          "a\tb",
          "a\nb",
          "a\r\nb",
          "'",
          "\"",
          "{}",
          "{\"a\":1}",
          "__debezium_unavailable_value",
          "äöüß",
          "日本語テキスト",
          "👩‍👩‍👧‍👦",
          "e\u0301",
          "\u202Eabc",
          "\u0001\u001f\u007f",
          "\uFFFF",
          "\uFEFF",
          "𝕳𝖊𝖑𝖑𝖔",
          "%s %d",
          "$1",
          "-- ; DROP",
          "a,b",
          "1.0",
          "1.00");

  private static final List<String> NASTY_NUMERICS =
      List.of(
          "NaN",
          "0",
          "0.0",
          "-0.00",
          "1.0",
          "1.00",
          "1e-30",
          "123456789012345678901234567890.123456789");

  private static final List<String> NASTY_FLOATS =
      List.of("NaN", "Infinity", "-Infinity", "-0", "0.1", "1e-37", "3e37");

  private final RandomGenerator random;
  private final boolean nasty;

  RandomValues(RandomGenerator random, boolean nasty) {
    this.random = random;
    this.nasty = nasty;
  }

  /** A value for a column that is neither key nor foreign key; null stands for SQL NULL. */
  @Nullable String value(ColumnShape column) {
    boolean none = column.nullable() && random.nextInt(nasty ? 6 : 12) == 0;
    if (!column.samples().isEmpty()) {
      return none ? null : pick(column.samples());
    }
    return none ? null : value(column.type());
  }

  /** A 100 kB value for a column that can hold one, else any value. */
  @Nullable String largeValue(ColumnShape column) {
    TypeShape type = column.type();
    return !type.array() && isLong(type) ? large(type.name()) : value(column);
  }

  /** Whether a value of the type may be moved out of the row by PostgreSQL (TOAST). */
  static boolean isLong(TypeShape type) {
    return switch (type.name()) {
      case "text", "varchar" -> type.maxLength() == null;
      case "json", "jsonb", "bytea" -> true;
      default -> false;
    };
  }

  String value(TypeShape type) {
    return type.array() ? array(type.element()) : scalar(type);
  }

  /**
   * A key that is likely to be new.
   *
   * @param sequence a number that was not used before
   */
  String key(TypeShape type, long sequence) {
    return switch (type.name()) {
      case "int2" -> Long.toString(1_000 + sequence % 30_000);
      case "int4", "int8", "numeric" -> Long.toString(sequence);
      case "text", "varchar", "bpchar" -> {
        String nastyPart = nasty && random.nextInt(4) == 0 ? pick(NASTY_TEXTS) : "";
        yield fit(pick(WORDS) + "-" + sequence + nastyPart, type);
      }
      default -> value(type);
    };
  }

  private String scalar(TypeShape type) {
    return switch (type.name()) {
      case "bool" -> random.nextBoolean() ? "t" : "f";
      case "int2", "int4", "int8", "oid" -> integer();
      case "numeric" -> numeric(type);
      case "float4", "float8" -> nasty ? sometimes(NASTY_FLOATS, this::decimal) : decimal();
      case "money" -> decimal();
      case "text", "varchar", "bpchar", "name", "citext" -> fit(text(), type);
      case "date" ->
          nasty ? sometimes(List.of("infinity", "-infinity", "0044-03-15 BC"), this::date) : date();
      case "time" -> time();
      case "timetz" -> time() + "+0" + random.nextInt(10);
      case "timestamp" -> timestamp(type);
      case "timestamptz" -> timestamp(type);
      case "interval" -> random.nextInt(40) + " days " + time();
      case "uuid" -> new UUID(random.nextLong(), random.nextLong()).toString();
      case "json", "jsonb" -> json();
      case "bytea" -> "\\x" + HexFormat.of().formatHex(bytes(random.nextInt(24)));
      case "inet" -> "10.0." + random.nextInt(256) + "." + random.nextInt(256);
      case "cidr" -> "10." + random.nextInt(256) + ".0.0/16";
      case "int4range", "int8range", "numrange" ->
          "[" + random.nextInt(10) + "," + random.nextInt(10, 20) + ")";
      case "daterange" -> "[2026-01-0" + random.nextInt(1, 9) + ",2026-02-01)";
      case "tsrange", "tstzrange" ->
          "[\"2026-01-01 00:00:00\",\"2026-02-0" + random.nextInt(1, 9) + " 12:00:00\")";
      default -> {
        if (type.labels().isEmpty()) {
          throw new IllegalArgumentException(
              "the random workload knows no values of the type " + type.name());
        }
        yield pick(type.labels());
      }
    };
  }

  private String integer() {
    boolean far = nasty && random.nextInt(20) == 0;
    return Integer.toString(far ? random.nextInt(-500, 2_000) : random.nextInt(100));
  }

  private String text() {
    if (nasty && random.nextInt(4) == 0) {
      return pick(NASTY_TEXTS);
    }
    return Stream.generate(() -> pick(WORDS))
        .limit(random.nextInt(1, 4))
        .collect(Collectors.joining(" "));
  }

  private static String fit(String text, TypeShape type) {
    Integer longest = type.maxLength();
    if (longest == null || text.codePointCount(0, text.length()) <= longest) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, longest));
  }

  private String numeric(TypeShape type) {
    if (type.precision() == 0) {
      return nasty ? sometimes(NASTY_NUMERICS, this::decimal) : decimal();
    }
    int whole = Math.min(type.precision() - type.scale(), 4);
    return Integer.toString(random.nextInt((int) Math.pow(10, Math.max(whole, 0))))
        + (type.scale() == 0 ? "" : "." + random.nextInt(10));
  }

  private String decimal() {
    return random.nextInt(1_000) + "." + random.nextInt(100);
  }

  private String date() {
    return LocalDate.of(2026, 1, 1).plusDays(random.nextInt(730)).toString();
  }

  private String time() {
    String micros = random.nextBoolean() ? "" : String.format(".%06d", random.nextInt(1_000_000));
    return String.format(
            "%02d:%02d:%02d", random.nextInt(24), random.nextInt(60), random.nextInt(60))
        + micros;
  }

  private String timestamp(TypeShape type) {
    Supplier<String> usual = () -> date() + " " + time();
    boolean extreme = nasty && type.modifier() != 0;
    return extreme
        ? sometimes(List.of("infinity", "-infinity", "0044-03-15 12:00:00.000001 BC"), usual)
        : usual.get();
  }

  private String json() {
    String word = nasty ? pick(List.of("", "é", "日本", "a\\\"b", "\\\\", "\\n")) : pick(WORDS);
    return "{\"n\": "
        + random.nextInt(100)
        + ", \"name\": \""
        + word
        + "\", \"list\": [1, 2.50, null, true]}";
  }

  private String array(TypeShape element) {
    return IntStream.range(0, random.nextInt(4))
        .mapToObj(i -> random.nextInt(8) == 0 ? "NULL" : quoted(scalar(element)))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String quoted(String element) {
    return "\"" + element.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /** Random bytes do not compress, so PostgreSQL has to move the value out of the row. */
  private String large(String type) {
    byte[] bytes = bytes(LARGE * 3 / 4);
    return switch (type) {
      case "bytea" -> "\\x" + HexFormat.of().formatHex(bytes);
      case "json", "jsonb" -> "{\"large\": \"" + base64(bytes) + "\"}";
      default -> base64(bytes);
    };
  }

  private static String base64(byte[] bytes) {
    return new String(Base64.getEncoder().encode(bytes), UTF_8);
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private String sometimes(List<String> extremes, Supplier<String> usual) {
    return random.nextInt(6) == 0 ? pick(extremes) : usual.get();
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
