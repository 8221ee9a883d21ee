package io.headrace.star;

/**
 * A column of a table or of a SELECT's result, in the warehouse.
 *
 * @param name its name
 * @param type the type's oid, a domain's base type for a domain
 * @param typeName the type's own name: {@code varchar}, {@code _int4}
 * @param modifier PostgreSQL's type modifier, or -1
 * @param typeKind {@code e} for an enum
 * @param sql the type as SQL text
 * @param required whether a row must give it a value: NOT NULL without a default
 * @param computed whether no value may be given
 */
record ResultColumn(
    String name,
    long type,
    String typeName,
    int modifier,
    String typeKind,
    String sql,
    boolean required,
    boolean computed) {}
