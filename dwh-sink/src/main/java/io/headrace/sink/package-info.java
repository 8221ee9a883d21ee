/** Fact topics into the star's tables, one warehouse transaction an epoch. */
@NullMarked
package io.headrace.sink;

import org.jspecify.annotations.NullMarked;
