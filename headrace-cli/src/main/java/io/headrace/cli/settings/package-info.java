/** What can be set, where it may come from, and what it must be. */
@NullMarked
package io.headrace.cli.settings;

import org.jspecify.annotations.NullMarked;
