/** Marts: declared by files, refreshed on schedule from complete data, each refresh recorded. */
@NullMarked
package io.headrace.sink.mart;

import org.jspecify.annotations.NullMarked;
