package io.headrace.transform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommitPaceTest {
  private final CommitPace pace = new CommitPace();

  @Test
  void the_first_is_due_at_once_and_the_next_a_little_later() {
    assertThat(pace.due(1_000)).isTrue();
    pace.ask(1_000);
    pace.committed(1_001, 1_005);
    pace.begins(1_006);
    assertThat(pace.due(1_019)).isFalse();
    assertThat(pace.due(1_020)).isTrue();
    assertThat(pace.commits()).isEqualTo(1);
  }

  @Test
  void after_a_long_one_there_is_work_for_twice_as_long() {
    pace.ask(1_000);
    pace.ended(1_001); // another task's work, before the commit
    pace.committed(1_002, 1_042);
    pace.begins(1_043);
    pace.ended(1_060);
    pace.begins(1_079); // it was not given the processor for a while, or read from Kafka
    assertThat(pace.due(1_121)).isFalse();
    assertThat(pace.due(1_122)).isTrue();
  }

  @Test
  void a_thread_that_has_nothing_to_do_need_not_wait() {
    pace.ask(1_000);
    pace.committed(1_000, 1_040);
    pace.begins(1_040);
    pace.ended(1_041);
    assertThat(pace.due(1_041)).isFalse();
    pace.begins(1_061);
    assertThat(pace.due(1_061)).isTrue();
  }

  @Test
  void where_commits_are_short_so_are_the_pauses_of_an_idle_thread() {
    pace.ask(1_000);
    pace.committed(1_018, 1_022);
    pace.begins(1_024);
    assertThat(pace.due(1_024)).isFalse();
    pace.ended(1_024);
    pace.begins(1_027);
    assertThat(pace.due(1_027)).isTrue();
  }

  @Test
  void one_that_is_behind_works_for_a_part_of_that_time() {
    pace.ask(1_000);
    pace.behind(800);
    pace.committed(1_001, 1_005);
    pace.begins(1_006);
    assertThat(pace.due(1_204)).isFalse();
    assertThat(pace.due(1_205)).isTrue();
  }

  @Test
  void but_not_longer_than_the_sink_should_wait() {
    pace.ask(1_000);
    pace.behind(3_600_000);
    pace.committed(1_001, 1_005);
    pace.begins(1_006);
    assertThat(pace.due(1_404)).isFalse();
    assertThat(pace.due(1_405)).isTrue();
  }
}
