/** Table topics into fact topics: the star's joins, epoch by epoch. */
@NullMarked
package io.headrace.transform;

import org.jspecify.annotations.NullMarked;
