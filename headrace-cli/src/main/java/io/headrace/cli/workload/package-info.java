/** Random changes for a source: something to watch, and the storm that the tests sail through. */
@NullMarked
package io.headrace.cli.workload;

import org.jspecify.annotations.NullMarked;
