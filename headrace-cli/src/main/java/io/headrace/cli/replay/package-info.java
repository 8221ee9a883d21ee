/** Going over from one definition of the star to another, or from damaged rows to true ones. */
@NullMarked
package io.headrace.cli.replay;

import org.jspecify.annotations.NullMarked;
