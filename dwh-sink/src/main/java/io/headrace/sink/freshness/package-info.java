/** How fresh the star is, measured and kept in the warehouse. */
@NullMarked
package io.headrace.sink.freshness;

import org.jspecify.annotations.NullMarked;
