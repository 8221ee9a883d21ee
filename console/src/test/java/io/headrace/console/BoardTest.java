package io.headrace.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BoardTest {
  private final Board board = new Board();

  @Test
  void whoIsSlowSeesOnlyTheNewest() throws Exception {
    board.show("state", "1");
    board.show("state", "2");
    board.show("jobs", "[]");
    assertThat(board.after(0, Duration.ZERO))
        .extracting(Board.Note::json)
        .containsExactly("2", "[]");
  }

  @Test
  void whatIsTheSameIsNoNews() throws Exception {
    board.show("jobs", "[]");
    long seen = board.after(0, Duration.ZERO).get(0).version();
    board.show("jobs", "[]");
    assertThat(board.after(seen, Duration.ofMillis(10))).isEmpty();
  }

  @Test
  void itsEndEndsTheWaiting() throws Exception {
    board.close();
    assertThat(board.after(0, Duration.ofMinutes(5))).isNull();
  }
}
