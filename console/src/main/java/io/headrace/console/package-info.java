/** The console: a page in the browser that shows the pipeline and acts on it. */
@NullMarked
package io.headrace.console;

import org.jspecify.annotations.NullMarked;
