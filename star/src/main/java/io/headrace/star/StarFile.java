package io.headrace.star;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * One SELECT of the star.
 *
 * @param path the file, as messages should name it
 * @param name the target table's name, as the file is called
 * @param text the file's whole text
 */
public record StarFile(Path path, String name, String text) {

  private static final Pattern CLOSING =
      Pattern.compile(";\\s*((--[^\n]*|/\\*.*?\\*/)\\s*)*$", Pattern.DOTALL);

  /** The SELECT without its closing semicolon, so that it can stand in brackets. */
  public String select() {
    return CLOSING.matcher(text).replaceFirst("");
  }
}
