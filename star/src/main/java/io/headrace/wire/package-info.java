/** The formats in which the stages speak to each other through Kafka. */
@NullMarked
package io.headrace.wire;

import org.jspecify.annotations.NullMarked;
