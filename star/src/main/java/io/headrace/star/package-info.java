/** The star: one SELECT per warehouse table, compiled into the plan that the stages run. */
@NullMarked
package io.headrace.star;

import org.jspecify.annotations.NullMarked;
