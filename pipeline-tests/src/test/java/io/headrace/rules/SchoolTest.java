package io.headrace.rules;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The star is SQL: no module that runs knows the shipped school. The benchmark is about it, and
 * may.
 */
final class SchoolTest {

  private static final Path ROOT = Docs.repository();
  private static final List<String> MODULES =
      List.of(
          "star",
          "cdc-capture",
          "stream-transform",
          "dwh-sink",
          "verify",
          "observe",
          "console",
          "embedded",
          "headrace-cli");
  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|(?m)^\\s*//.*$");
  private static final Pattern SCHOOL =
      Pattern.compile("(?i)lesson|course|stream_module|d_stream|homework|teacher");

  @Test
  void noModuleKnowsTheSchool() {
    assertThat(schoolIn(MODULES)).isEmpty();
  }

  @Test
  void whatKnowsItIsFound() {
    assertThat(schoolIn(List.of("bench"))).isNotEmpty();
  }

  /** Where the code, its comments left out, names the school: the first such word by file. */
  private static Map<Path, String> schoolIn(List<String> modules) {
    return modules.stream()
        .flatMap(module -> Docs.files(ROOT.resolve(module), SchoolTest::isMainSource).stream())
        .filter(file -> SCHOOL.matcher(code(file)).find())
        .collect(toMap(ROOT::relativize, SchoolTest::firstWord));
  }

  private static boolean isMainSource(Path file) {
    return file.toString().endsWith(".java") && file.toString().contains("/src/main/java/");
  }

  private static String code(Path file) {
    return COMMENT.matcher(Docs.read(file)).replaceAll("");
  }

  private static String firstWord(Path file) {
    return SCHOOL.matcher(code(file)).results().findFirst().orElseThrow().group();
  }
}
