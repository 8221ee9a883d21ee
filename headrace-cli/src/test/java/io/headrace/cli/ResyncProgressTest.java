package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.star.TableName;
import io.headrace.wire.Resync;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ResyncProgressTest {

  private static final TableName LESSON = new TableName("public", "lesson");
  private static final Resync BEGIN =
      Resync.of("a", LESSON, Resync.Trigger.MANUAL, Instant.EPOCH, List.of());

  private final AtomicLong now = new AtomicLong();

  private void seconds(long later) {
    now.addAndGet(later * 1_000_000_000);
  }

  @Test
  void rowsRateAndTimeLeftAreTold() {
    ResyncProgress progress = new ResyncProgress(4_000, now::get);
    assertThat(progress.sentence(BEGIN, false)).isEqualTo("  waits until another table is done");
    seconds(2);
    assertThat(progress.sentence(BEGIN, true)).isEqualTo("  0 of about 4,000 rows (0 %)");
    seconds(1);
    assertThat(progress.sentence(BEGIN.at(Resync.Pass.ROWS, "x", 500), true)).isNull();
    seconds(1);
    assertThat(progress.sentence(BEGIN.at(Resync.Pass.ROWS, "x", 1_000), true))
        .isEqualTo("  1,000 of about 4,000 rows (25 %), 500 a second, about 7 s left");
    seconds(2);
    assertThat(progress.sentence(BEGIN.at(Resync.Pass.ROWS, "x", 5_000), true))
        .isEqualTo("  5,000 rows, 1,250 a second");
    seconds(2);
    assertThat(progress.sentence(BEGIN.at(Resync.Pass.GHOSTS, null, 5_000), true))
        .isEqualTo("  5,000 rows; looks for rows that are gone");
  }

  @Test
  void aTableIsFoundByItsNameIfThatIsClear() {
    TableName other = new TableName("old", "lesson");
    TableName course = new TableName("public", "course");
    assertThat(ResyncCommand.find("course", List.of(LESSON, other, course))).isEqualTo(course);
    assertThat(ResyncCommand.find("old.lesson", List.of(LESSON, other))).isEqualTo(other);
    assertThatThrownBy(() -> ResyncCommand.find("lesson", List.of(LESSON, other)))
        .hasMessage(
            "Several tables are called lesson; name one with its schema: public.lesson, old.lesson.");
    assertThatThrownBy(() -> ResyncCommand.find("curse", List.of(course)))
        .hasMessage("The star does not read a table curse, but these: public.course.");
  }
}
