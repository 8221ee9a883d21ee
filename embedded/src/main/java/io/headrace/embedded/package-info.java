/** A real PostgreSQL server and a real Kafka broker, started by this process, no Docker needed. */
@NullMarked
package io.headrace.embedded;

import org.jspecify.annotations.NullMarked;
