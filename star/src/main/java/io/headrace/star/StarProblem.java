package io.headrace.star;

import java.nio.file.Path;

/**
 * One reason to refuse a star.
 *
 * @param file the SQL file
 * @param line line in the file, from 1; 0 where the file as a whole is meant
 * @param column column in that line, from 1; 0 where the line as a whole is meant
 * @param found what stands there
 * @param allowed what may stand there, or the SQL that would mend it
 */
public record StarProblem(Path file, int line, int column, String found, String allowed) {
  @Override
  public String toString() {
    String place =
        line == 0 ? file.toString() : file + ":" + line + (column == 0 ? "" : ":" + column);
    return place + ": " + found + "; " + allowed;
  }
}
