package io.headrace.star;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The star's files on disk. */
public final class StarFiles {

  private static final String EXTENSION = ".sql";
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private StarFiles() {}

  /**
   * Reads {@code star/*.sql} under a folder, in the order of their names.
   *
   * @param sqlDirectory the folder that holds {@code source/}, {@code star/} and {@code warehouse/}
   * @throws StarRefusedException when there is none, or one that cannot be read
   */
  public static List<StarFile> read(Path sqlDirectory) {
    Path directory = sqlDirectory.resolve("star");
    List<StarFile> files = new ArrayList<>();
    List<StarProblem> problems = new ArrayList<>();
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path path : entries.filter(p -> p.toString().endsWith(EXTENSION)).sorted().toList()) {
        read(path, files, problems);
      }
    } catch (IOException e) {
      problems.add(
          new StarProblem(directory, 0, 0, "cannot be listed: " + e, "it must be a folder"));
    }
    if (files.isEmpty() && problems.isEmpty()) {
      problems.add(
          new StarProblem(
              directory, 0, 0, "no file *.sql", "there must be one SELECT per warehouse table"));
    }
    if (!problems.isEmpty()) {
      throw new StarRefusedException(problems);
    }
    return files;
  }

  private static void read(Path path, List<StarFile> files, List<StarProblem> problems) {
    String fileName = path.getFileName().toString();
    String name = fileName.substring(0, fileName.length() - EXTENSION.length());
    try {
      String text = Files.readString(path);
      files.add(
          new StarFile(path, name, text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text));
    } catch (CharacterCodingException e) {
      problems.add(new StarProblem(path, 0, 0, "text that is not UTF-8", "it must be UTF-8"));
    } catch (IOException e) {
      problems.add(new StarProblem(path, 0, 0, "cannot be read: " + e, "it must be readable"));
    }
  }
}
