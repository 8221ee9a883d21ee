/** The whole pipeline against real servers: what it promises, tried. */
@NullMarked
package io.headrace.pipeline;

import org.jspecify.annotations.NullMarked;
