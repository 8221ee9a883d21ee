/** What a running pipeline's servers tell of it. */
@NullMarked
package io.headrace.cli.status;

import org.jspecify.annotations.NullMarked;
