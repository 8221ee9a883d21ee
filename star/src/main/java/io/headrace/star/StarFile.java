package io.headrace.star;

import java.nio.file.Path;

/**
 * One SELECT of the star.
 *
 * @param path the file, as messages should name it
 * @param name the target table's name, as the file is called
 * @param text the file's whole text
 */
public record StarFile(Path path, String name, String text) {}
