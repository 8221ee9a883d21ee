/** What can be asked by HTTP: health and metrics. */
@NullMarked
package io.headrace.observe.http;

import org.jspecify.annotations.NullMarked;
