/** What a running pipeline's servers tell of it. */
@NullMarked
package io.headrace.observe;

import org.jspecify.annotations.NullMarked;
