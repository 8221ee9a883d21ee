package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console in a real browser, clicked through while a pipeline runs. */
class ConsoleIT {
  private static final String VERDICT = ".verdict h1";
  private static final String ACTS = ".verdict button";
  private static final String YES = "dialog [data-yes]";

  @TempDir Path data;
  @TempDir Path profile;

  @Test
  void aWholeRunClickedThrough() throws Exception {
    RunningUp.Ports ports = RunningUp.Ports.free();
    try (Browser browser = Browser.open(profile)) {
      try (RunningUp up = new RunningUp(data, ports)) {
        up.awaitReady();
        browser.size(1600, 1000);
        browser.go("http://127.0.0.1:" + ports.console() + "/");
        browser.awaitText(VERDICT, "Everything arrives");
        rowsMove(browser, up);
        refresh(browser, up);
        verify(browser);
        pauseAndResume(browser, up);
        star(browser);
        deadLetters(browser);
        darkAndSmall(browser);
        assertThat(browser.complaints()).isEmpty();
      }
      browser.awaitText(".banner", "Connection lost, last seen");
      assertThat(browser.text(VERDICT)).doesNotContain("Everything arrives");
      browser.picture("lost");
    }
  }

  private static void rowsMove(Browser browser, RunningUp up) throws Exception {
    browser.awaitText("[data-table=d_course] [data-label=rows]", "4");
    up.source("INSERT INTO course (id, title) VALUES (77, 'Rowing')");
    browser.awaitText("[data-table=d_course] [data-label=rows]", "5");
    assertThat(browser.count(".hop[data-tone=good]")).isEqualTo(7);
    browser.picture("overview-light");
  }

  private static void refresh(Browser browser, RunningUp up) throws Exception {
    up.source("UPDATE stream_module_lesson SET title = 'Oars' WHERE id = 1");
    browser.click(ACTS, "Refresh marts");
    browser.awaitText("dialog h2", "Refresh the marts?");
    browser.picture("question");
    browser.click(YES, "Refresh");
    browser.awaitText("[data-job='1'][data-state=done]", "refresh");
  }

  private static void verify(Browser browser) {
    browser.click(ACTS, "Verify");
    browser.click(YES, "Verify");
    browser.awaitText("[data-job='2'][data-state=done]", "verify");
    browser.awaitText("[data-job='2'] .log", "equal");
    browser.picture("verified");
    browser.click("nav a", "Runs");
    browser.awaitText("[data-run^=verify][data-outcome=good]", "equal");
    browser.picture("runs");
    browser.click("[data-run^=verify] a", "log");
    browser.awaitText("h1", "verify");
    browser.awaitText(".log", "different=0");
    browser.picture("run");
    browser.click("nav a", "Overview");
  }

  private static void pauseAndResume(Browser browser, RunningUp up) throws Exception {
    browser.click(ACTS, "Pause sink");
    browser.type("dialog [name=reason]", "a look around");
    browser.click(YES, "Pause");
    browser.awaitText(VERDICT, "The sink is paused");
    browser.awaitText(".verdict", "a look around");
    up.source("INSERT INTO course (id, title) VALUES (78, 'Steering')");
    browser.awaitText("[data-hop=sink][data-tone=held]", "paused");
    browser.picture("paused");
    assertThat(up.warehouse("SELECT count(*) FROM d_course WHERE course_id = 78")).isEqualTo("0");
    browser.click(ACTS, "Resume sink");
    browser.click(YES, "Resume");
    browser.awaitText(VERDICT, "Everything arrives");
    browser.awaitText("[data-table=d_course] [data-label=rows]", "6");
  }

  private static void star(Browser browser) {
    browser.click("nav a", "Star");
    browser.awaitText(".star h2", "f_lesson");
    assertThat(browser.count(".star .plan")).isEqualTo(4);
    browser.picture("star");
  }

  private static void deadLetters(Browser browser) {
    browser.click("nav a", "Dead letters");
    browser.awaitText("main", "No dead letters");
    browser.picture("dead-letters");
  }

  private static void darkAndSmall(Browser browser) {
    browser.click("nav a", "Overview");
    browser.click(".top button", "system");
    browser.click(".top button", "light");
    browser.awaitText(".top button", "dark");
    browser.picture("overview-dark");
    browser.size(820, 1180);
    browser.awaitText(VERDICT, "Everything arrives");
    browser.picture("tablet-dark");
    browser.size(390, 844);
    browser.awaitText(VERDICT, "Everything arrives");
    browser.picture("phone-dark");
    browser.click("nav a", "Tables");
    browser.picture("phone-tables");
    browser.click("nav a", "Runs");
    browser.picture("phone-runs");
    browser.click(".top button", "dark");
    browser.click(".top button", "system");
    browser.click("nav a", "Overview");
    browser.picture("phone-light");
  }
}
