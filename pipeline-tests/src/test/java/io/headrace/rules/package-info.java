/** What holds for the whole tree: who may depend on whom, and that the docs name what exists. */
@NullMarked
package io.headrace.rules;

import org.jspecify.annotations.NullMarked;
