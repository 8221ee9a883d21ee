package io.headrace.star;

/**
 * A PostgreSQL type as the pipeline carries it.
 *
 * @param sql the type as SQL text that the warehouse understands, type modifier included, domains
 *     resolved to their base type: {@code numeric(10,2)}, {@code character varying(255)}, {@code
 *     integer[]}
 * @param family how the value stands in a captured row's JSON
 */
public record DataType(String sql, Family family) {

  /** How a value stands in the JSON of a captured row, and so how it becomes COPY text. */
  public enum Family {
    /** JSON true or false; COPY text {@code t} or {@code f}. */
    BOOLEAN,
    /** JSON number (NaN and the infinities: a string); COPY text is the literal as it stands. */
    NUMBER,
    /** JSON string in base64; COPY text {@code \x…}. */
    BYTES,
    /** JSON string that is the value's PostgreSQL text form; COPY text is that string. */
    TEXT
  }
}
