package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A real browser without a window. Its pictures go to {@code target/screenshots}. */
final class Browser implements AutoCloseable {
  private static final String CHOICE = "headrace.test.browser";
  private static final Path PICTURES = Path.of("target", "screenshots");
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /**
   * Opens it. Where there is none the test is skipped, unless {@code
   * -Dheadrace.test.browser=required}.
   *
   * @param profile an empty folder
   */
  static Browser open(Path profile) {
    Optional<Path> chromium = program("chromium", "chromium-browser", "google-chrome");
    Optional<Path> chromedriver = program("chromedriver");
    if (chromium.isEmpty() || chromedriver.isEmpty()) {
      String missing = "There is no Chromium with its chromedriver on the PATH.";
      if ("required".equals(System.getProperty(CHOICE))) {
        throw new AssertionError(missing + " apt-get install chromium chromium-driver");
      }
      Assumptions.abort(missing + " The console is not tested in a browser.");
    }
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.orElseThrow().toFile());
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--user-data-dir=" + profile);
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(chromedriver.orElseThrow().toFile())
            .build();
    return new Browser(new ChromeDriver(service, options));
  }

  private static Optional<Path> program(String... names) {
    List<String> folders =
        List.of(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator, -1));
    return Arrays.stream(names)
        .flatMap(name -> folders.stream().map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  void go(String url) {
    driver.get(url);
  }

  /** A window of this size, in CSS pixels. */
  void size(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
  }

  /** Waits until an element of the page says something. */
  void awaitText(String selector, String part) {
    await(selector + " says " + part)
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(text(selector)).contains(part));
  }

  /** What the elements say; empty while there is none. */
  String text(String selector) {
    try {
      return String.join(
          "\n",
          driver.findElements(By.cssSelector(selector)).stream().map(WebElement::getText).toList());
    } catch (StaleElementReferenceException e) {
      return "";
    }
  }

  int count(String selector) {
    return driver.findElements(By.cssSelector(selector)).size();
  }

  /** Clicks a button or link by what it says. */
  void click(String selector, String words) {
    await(words)
        .atMost(PATIENCE)
        .ignoreException(StaleElementReferenceException.class)
        .ignoreExceptionsInstanceOf(WebDriverException.class)
        .until(
            () -> {
              for (WebElement element : driver.findElements(By.cssSelector(selector))) {
                if (element.getText().contains(words)) {
                  element.click();
                  return true;
                }
              }
              return false;
            });
  }

  void type(String selector, CharSequence words) {
    driver.findElement(By.cssSelector(selector)).sendKeys(words);
  }

  Object script(String script) {
    return ((JavascriptExecutor) driver).executeScript(script);
  }

  /** Takes a picture of the whole page, and looks whether everybody can use what it shows. */
  void picture(String name) {
    mustFit(name);
    mustBeAccessible(name);
    try {
      Files.createDirectories(PICTURES);
      Object height = script("return Math.ceil(document.documentElement.scrollHeight)");
      Object width = script("return window.innerWidth");
      var clip = Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1);
      Object data =
          driver
              .executeCdpCommand(
                  "Page.captureScreenshot",
                  Map.of("format", "png", "captureBeyondViewport", true, "clip", clip))
              .get("data");
      byte[] png =
          data == null
              ? driver.getScreenshotAs(OutputType.BYTES)
              : java.util.Base64.getDecoder().decode(data.toString());
      Files.write(PICTURES.resolve(name + ".png"), png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void mustFit(String name) {
    assertThat(script("return document.documentElement.scrollWidth - window.innerWidth"))
        .as("what sticks out on the right of %s", name)
        .isEqualTo(0L);
  }

  private void mustBeAccessible(String name) {
    List<Rule> serious =
        new AxeBuilder()
            .analyze(driver).getViolations().stream()
                .filter(rule -> List.of("serious", "critical").contains(rule.getImpact()))
                .toList();
    assertThat(serious)
        .as("what axe finds on %s", name)
        .extracting(rule -> rule.getId() + ": " + rule.getHelp() + " " + rule.getNodes())
        .isEmpty();
  }

  /** What the page complained of: errors of its scripts, and of its security policy. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
