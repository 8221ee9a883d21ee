/** Compares the warehouse with the source, and has what differs captured again. */
@NullMarked
package io.headrace.verify;

import org.jspecify.annotations.NullMarked;
