/** The commands: they put stages, servers and settings together, and talk to a person. */
@NullMarked
package io.headrace.cli;

import org.jspecify.annotations.NullMarked;
