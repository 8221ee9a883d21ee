/** What the three stages have in common towards whoever runs them. */
@NullMarked
package io.headrace.stage;

import org.jspecify.annotations.NullMarked;
