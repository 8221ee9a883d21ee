package io.headrace.sink.mart;

import io.headrace.stage.StageException;
import io.headrace.star.StarFile;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The marts' files on disk. */
public final class MartFiles {
  private static final String SQL = ".sql";
  private static final String PROPERTIES = ".properties";

  private MartFiles() {}

  /**
   * Reads {@code mart/*.sql} under a folder, each with its properties, in the order of their names.
   * Where there is no such folder, no mart is declared.
   *
   * @param sqlDirectory the folder that holds {@code star/} and {@code warehouse/}
   * @throws StageException with all problems of all files
   */
  public static List<MartFile> read(Path sqlDirectory) {
    Path directory = sqlDirectory.resolve("mart");
    List<String> problems = new ArrayList<>();
    List<MartFile> marts = new ArrayList<>();
    if (!Files.exists(directory)) {
      return marts;
    }
    Map<String, Path> properties = files(directory, PROPERTIES, problems);
    files(directory, SQL, problems)
        .forEach(
            (name, path) -> {
              Path rules = properties.remove(name);
              if (rules == null) {
                problems.add(
                    path
                        + " must have "
                        + name
                        + PROPERTIES
                        + " beside it, which says when it is refreshed");
              } else {
                read(name, path, rules, marts, problems);
              }
            });
    properties.forEach(
        (name, path) ->
            problems.add(path + " is of no mart: there is no " + name + SQL + " beside it"));
    if (!problems.isEmpty()) {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "The marts cannot be used as they are declared:\n  " + String.join("\n  ", problems));
    }
    return marts;
  }

  private static void read(
      String name, Path sql, Path properties, List<MartFile> marts, List<String> problems) {
    try (Reader reader = Files.newBufferedReader(properties)) {
      MartRules.Keyed keyed = RulesReader.read(properties, reader, problems);
      String text = Files.readString(sql);
      if (text.isBlank()) {
        problems.add(sql + " must hold one SELECT but is empty");
      }
      if (keyed != null) {
        marts.add(new MartFile(new StarFile(sql, name, text), keyed.rules(), keyed.key()));
      }
    } catch (IOException e) {
      problems.add(sql + " and its properties must be readable, in UTF-8, but: " + e);
    }
  }

  private static Map<String, Path> files(Path directory, String extension, List<String> problems) {
    Map<String, Path> files = new TreeMap<>();
    try (Stream<Path> entries = Files.list(directory)) {
      entries
          .filter(path -> path.toString().endsWith(extension))
          .forEach(
              path -> {
                String file = path.getFileName().toString();
                files.put(file.substring(0, file.length() - extension.length()), path);
              });
    } catch (IOException e) {
      problems.add(directory + " cannot be listed: " + e);
    }
    return files;
  }
}
