/** How fast the pipeline is on this machine, beside the bare Debezium engine. Not a test. */
@NullMarked
package io.headrace.bench;

import org.jspecify.annotations.NullMarked;
