/** Source changes into topics: Debezium to Kafka, exactly once. */
@NullMarked
package io.headrace.capture;

import org.jspecify.annotations.NullMarked;
