package io.headrace.sink.mart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MartScheduleTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @Test
  void aTimeThatIsLeftOutIsAsMuchLater() {
    assertThat(moments("30 2 * * *", BERLIN, "2026-03-28T00:00:00Z", 3))
        .containsExactly(
            "2026-03-28T01:30:00Z", // 02:30 +01:00
            "2026-03-29T01:30:00Z", // 03:30 +02:00, for there is no 02:30
            "2026-03-30T00:30:00Z"); // 02:30 +02:00
  }

  @Test
  void aTimeThatComesTwiceIsTheFirst() {
    assertThat(moments("30 2 * * *", BERLIN, "2026-10-24T00:00:00Z", 3))
        .containsExactly(
            "2026-10-24T00:30:00Z", // 02:30 +02:00
            "2026-10-25T00:30:00Z", // the first 02:30, +02:00
            "2026-10-26T01:30:00Z"); // 02:30 +01:00
  }

  @Test
  void everyHourGoesByTheHoursThatPass() {
    assertThat(moments("0 * * * *", BERLIN, "2026-10-24T23:30:00Z", 3))
        .containsExactly("2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z");
    assertThat(moments("0 * * * *", BERLIN, "2026-03-29T00:10:00Z", 2))
        .containsExactly("2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z");
  }

  @Test
  void severalTimesThatAreLeftOutAllComeLater() {
    assertThat(moments("0,30 2 * * *", BERLIN, "2026-03-29T00:00:00Z", 3))
        .containsExactly("2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:00:00Z");
  }

  @Test
  void aMidnightThatIsLeftOutIsTheFirstMoment() {
    assertThat(moments("0 0 * * *", ZoneId.of("America/Sao_Paulo"), "2018-11-03T12:00:00Z", 2))
        .containsExactly("2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z");
  }

  @Test
  void tellsTheLatestMoment() {
    MartSchedule daily = new MartSchedule("0 9 * * *", BERLIN);
    assertThat(daily.latest(Instant.parse("2026-11-24T07:59:59Z")))
        .isEqualTo(Instant.parse("2026-11-23T08:00:00Z"));
    assertThat(daily.latest(Instant.parse("2026-11-24T08:00:00Z")))
        .isEqualTo(Instant.parse("2026-11-24T08:00:00Z"));
    assertThat(new MartSchedule("0 9 1 1 *", BERLIN).latest(Instant.parse("2026-11-24T00:00:00Z")))
        .isEqualTo(Instant.parse("2026-01-01T08:00:00Z"));
    assertThat(new MartSchedule("* * * * *", BERLIN).latest(Instant.parse("2026-11-24T00:00:30Z")))
        .isEqualTo(Instant.parse("2026-11-24T00:00:00Z"));
  }

  @Test
  void refusesWhatIsNoScheduleWithTheReason() {
    assertThatThrownBy(() -> new MartSchedule("0 9 * *", BERLIN))
        .hasMessageContaining("five fields");
    assertThatThrownBy(() -> new MartSchedule("60 9 * * *", BERLIN))
        .hasMessageContaining("Value 60 not in range [0, 59]");
    assertThatThrownBy(() -> new MartSchedule("0 0 30 2 *", BERLIN)).hasMessage("is never due");
    assertThatThrownBy(() -> new MartSchedule("-", BERLIN)).hasMessageContaining("five fields");
  }

  @Test
  void cutsOffAtTheBeginningOfTheDayInTheZone() {
    assertThat(CutOff.PREVIOUS_MIDNIGHT.of(Instant.parse("2026-11-24T08:00:00Z"), BERLIN))
        .isEqualTo(Instant.parse("2026-11-23T23:00:00Z"));
    assertThat(CutOff.TRIGGER.of(Instant.parse("2026-11-24T08:00:00Z"), BERLIN))
        .isEqualTo(Instant.parse("2026-11-24T08:00:00Z"));
  }

  private static List<String> moments(String cron, ZoneId zone, String after, int number) {
    MartSchedule schedule = new MartSchedule(cron, zone);
    List<String> moments = new ArrayList<>();
    Instant moment = Instant.parse(after);
    for (int i = 0; i < number; i++) {
      moment = schedule.next(moment);
      moments.add(String.valueOf(moment));
    }
    return moments;
  }
}
