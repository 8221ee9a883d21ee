@NullMarked
package io.headrace.transform;

import org.jspecify.annotations.NullMarked;
