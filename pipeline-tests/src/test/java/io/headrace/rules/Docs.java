package io.headrace.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks what a document names against the tree it stands in. */
final class Docs {

  /** Classes of others that the docs speak about. */
  private static final Set<String> FOREIGN =
      Set.of("StreamPartitioner", "KafkaRaftServer", "StorageTool", "TopologyTestDriver");

  private static final Pattern FENCE = Pattern.compile("(?ms)^ {0,3}```.*?^ {0,3}```");
  private static final Pattern SPAN = Pattern.compile("`([^`\\n]+)`");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");
  private static final Pattern QUALIFIED = Pattern.compile("io\\.headrace(\\.\\w+)+");
  private static final Pattern CAMEL_CASE =
      Pattern.compile("([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+)((?:\\.\\w+)*)(?:\\(\\))?");
  private static final Pattern OWN_MEMBER = Pattern.compile("([A-Z][a-z0-9]+)((?:\\.\\w+)+)");
  private static final Pattern PATH = Pattern.compile("\\.?/?[\\w.*-]+(?:/[\\w.*-]+)*/?");
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--([a-z][a-z-]*)");
  private static final Pattern ENVIRONMENT = Pattern.compile("HEADRACE_[A-Z_]+");
  private static final Pattern EXTENSION =
      Pattern.compile(".*\\.(md|sql|java|xml|yml|yaml|json|properties|sh)");

  private final Path root;
  private final List<Path> sources;
  private final String commands;

  /**
   * Reads the tree.
   *
   * @param root the repository's folder
   */
  Docs(Path root) {
    this.root = root;
    this.sources = files(root, path -> path.toString().endsWith(".java"));
    this.commands =
        sources.stream()
            .filter(
                path ->
                    path.startsWith(root.resolve("headrace-cli"))
                        || path.startsWith(root.resolve("bench")))
            .map(Docs::read)
            .collect(Collectors.joining("\n"));
  }

  /** The repository that the working directory belongs to. */
  static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("mvnw"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException(
            "a folder above " + Path.of("").toAbsolutePath() + " must hold mvnw");
      }
    }
    return folder;
  }

  /** All documents: those at the root and those in {@code docs/}. */
  List<Path> documents() {
    List<Path> documents = new ArrayList<>();
    try (Stream<Path> files = Files.list(root)) {
      files.filter(path -> path.toString().endsWith(".md")).sorted().forEach(documents::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (Files.isDirectory(root.resolve("docs"))) {
      documents.addAll(files(root.resolve("docs"), path -> path.toString().endsWith(".md")));
    }
    return documents;
  }

  /**
   * What a document names and the tree does not have.
   *
   * @param document where links start from
   * @param text its text
   * @return one sentence a problem
   */
  List<String> problems(Path document, String text) {
    List<String> problems = new ArrayList<>();
    String prose = FENCE.matcher(text).replaceAll("");
    for (Matcher span = SPAN.matcher(prose); span.find(); ) {
      String problem = name(span.group(1));
      if (!problem.isEmpty()) {
        problems.add(root.relativize(document) + ": `" + span.group(1) + "`: " + problem);
      }
    }
    for (Matcher link = LINK.matcher(prose); link.find(); ) {
      String problem = link(document, text, link.group(1));
      if (!problem.isEmpty()) {
        problems.add(root.relativize(document) + ": (" + link.group(1) + "): " + problem);
      }
    }
    return problems;
  }

  private String name(String span) {
    for (Matcher variable = ENVIRONMENT.matcher(span); variable.find(); ) {
      String option = variable.group().substring("HEADRACE_".length()).toLowerCase(Locale.ROOT);
      if (!hasOption(option.replace('_', '-')) && !commands.contains(variable.group())) {
        return "there is no option for the variable " + variable.group();
      }
    }
    if (span.startsWith("./headrace") || span.startsWith("--")) {
      for (Matcher option = OPTION.matcher(span); option.find(); ) {
        if (!hasOption(option.group(1))) {
          return "no command has the option " + option.group();
        }
      }
      return "";
    }
    if (QUALIFIED.matcher(span).matches()) {
      return qualified(span);
    }
    Matcher member = CAMEL_CASE.matcher(span);
    if (member.matches()) {
      return FOREIGN.contains(member.group(1)) ? "" : member(member.group(1), member.group(2));
    }
    member = OWN_MEMBER.matcher(span);
    if (member.matches() && !source(member.group(1)).isEmpty()) {
      return member(member.group(1), member.group(2));
    }
    if (PATH.matcher(span).matches() && isPath(span)) {
      return exists(span) ? "" : "there is no such file or folder";
    }
    return "";
  }

  private boolean hasOption(String option) {
    return option.equals("help")
        || option.equals("version")
        || commands.contains("\"--" + option + "\"")
        || commands.contains("\"" + option + "\"");
  }

  private String qualified(String name) {
    String path = "/" + name.replace('.', '/');
    boolean found =
        sources.stream()
            .map(Path::toString)
            .anyMatch(file -> file.contains(path + "/") || file.endsWith(path + ".java"));
    return found ? "" : "there is no such class or package";
  }

  private String member(String type, String members) {
    String text = source(type);
    if (text.isEmpty()) {
      return "there is no class " + type;
    }
    for (String member : members.split("\\.", 0)) {
      if (!Pattern.compile("\\b" + member + "\\b").matcher(text).find()) {
        return type + " has no " + member;
      }
    }
    return "";
  }

  private String source(String type) {
    return sources.stream()
        .filter(path -> path.endsWith(type + ".java"))
        .findFirst()
        .map(Docs::read)
        .orElse("");
  }

  private boolean isPath(String span) {
    String first = span.replaceFirst("^\\./", "").split("/", 2)[0];
    return EXTENSION.matcher(span).matches()
        || (span.contains("/") && (span.endsWith("/") || Files.exists(root.resolve(first))));
  }

  private boolean exists(String span) {
    String path = span.replaceFirst("^\\./", "").replaceFirst("/$", "");
    if (!path.contains("*") && Files.exists(root.resolve(path))) {
      return isOurs(root.resolve(path));
    }
    // A name without its folder, or with an asterisk, may stand anywhere.
    PathMatcher matcher =
        FileSystems.getDefault().getPathMatcher("glob:{" + path + ",**/" + path + "}");
    return !files(root, file -> matcher.matches(root.relativize(file))).isEmpty();
  }

  private String link(Path document, String text, String target) {
    if (target.matches("(https?|mailto):.*")) {
      return "";
    }
    String[] parts = target.split("#", 2);
    Path file = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
    if (!parts[0].isEmpty() && !Files.exists(file)) {
      return "there is no such file";
    }
    if (parts.length == 2) {
      String other = parts[0].isEmpty() ? text : read(file);
      boolean found =
          HEADING
              .matcher(FENCE.matcher(other).replaceAll(""))
              .results()
              .anyMatch(heading -> anchor(heading.group(1)).equals(parts[1]));
      return found ? "" : "there is no such heading";
    }
    return "";
  }

  /** As GitHub makes it. */
  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
  }

  /** Not what a build or a run leaves, which is there on one machine and not on another. */
  private static boolean isOurs(Path file) {
    return !file.toString().matches(".*/(target|\\.git|\\.headrace)(/.*)?");
  }

  static List<Path> files(Path folder, Predicate<Path> wanted) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Docs::isOurs).filter(wanted).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
