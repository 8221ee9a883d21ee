/** The one seam through which tests get their PostgreSQL and Kafka. */
@NullMarked
package io.headrace.testing;

import org.jspecify.annotations.NullMarked;
