package io.headrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of our class path under this one's options, so that what is measured does not share a
 * process with what measures. It is told what to do line by line, and answers each line with one.
 */
final class JavaProcess implements AutoCloseable {

  /** Where the log's settings lie on the class path. */
  static final String LOGBACK = "io/headrace/bench/logback.xml";

  private static final long ENDS_WITHIN_SECONDS = 60;

  private static final String ANSWER = "answer: ";

  /** What an answer begins with that means failure. */
  private static final String FAILED = "failed: ";

  private final String name;
  private final Path log;
  private final Process process;
  private final BufferedReader answers;
  private final OutputStream orders;

  private JavaProcess(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
    this.answers = new BufferedReader(process.inputReader(UTF_8));
    this.orders = process.getOutputStream();
  }

  /**
   * Starts it.
   *
   * @param name what to call it in messages
   * @param log file that gets its standard error
   * @param options of the JVM, beside this one's
   */
  static JavaProcess start(
      String name, Class<?> main, Path log, List<String> options, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(options);
    command.add("-Dlogback.configurationFile=" + LOGBACK);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(log.toFile());
    return new JavaProcess(name, log, builder.start());
  }

  ProcessTree tree() {
    return new ProcessTree(process.toHandle());
  }

  /**
   * Tells it something and waits until it answers.
   *
   * @return the answer
   * @throws IOException when it answers nothing, having ended, or says that it failed
   */
  String tell(String order) throws IOException {
    orders.write((order + "\n").getBytes(UTF_8));
    orders.flush();
    String answer = answers.readLine();
    while (answer != null && !answer.startsWith(ANSWER)) {
      answer = answers.readLine(); // the JVM itself may print
    }
    if (answer == null || answer.startsWith(ANSWER + FAILED)) {
      String why = answer == null ? "it ended" : answer.substring((ANSWER + FAILED).length());
      throw new IOException(name + " could not " + order + ": " + why + "; see " + log);
    }
    return answer.substring(ANSWER.length());
  }

  /** Ends it and waits for that. */
  @Override
  public void close() throws IOException {
    orders.close();
    try {
      if (!process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(
            name + " had to end within " + ENDS_WITHIN_SECONDS + " s but did not; see " + log);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** What such a process does with an order. */
  interface Orders {
    /** Obeys, and says what the answer is. */
    String obey(String order) throws Exception;
  }

  /** The other side: obeys each line of standard input until it ends. */
  static void serve(Orders orders) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err); // an answer must not stand between other people's lines
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String order = lines.readLine(); order != null; order = lines.readLine()) {
      String answer;
      try {
        answer = orders.obey(order);
      } catch (Exception e) {
        e.printStackTrace();
        answer = FAILED + e.toString().replace('\n', ' ');
      }
      answers.println(ANSWER + answer);
    }
  }
}
