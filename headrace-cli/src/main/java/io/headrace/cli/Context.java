package io.headrace.cli;

import io.headrace.cli.settings.Environment;
import java.io.PrintWriter;
import java.nio.file.Path;

/**
 * What surrounds every command.
 *
 * @param environment the environment's settings
 * @param home the folder of this program
 * @param out for what the user asked for
 * @param err for what went wrong
 * @param stop the user's wish to end
 */
record Context(Environment environment, Path home, PrintWriter out, PrintWriter err, Stop stop) {}
