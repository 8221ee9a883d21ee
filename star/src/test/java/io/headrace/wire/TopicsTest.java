package io.headrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.star.TableName;
import org.junit.jupiter.api.Test;

class TopicsTest {

  @Test
  void namesEachTopic() {
    Topics topics = new Topics("head-race_1");
    assertThat(topics.table(new TableName("sales", "Order"))).isEqualTo("head-race_1.sales.Order");
    assertThat(topics.table(new TableName("žába", "a b"))).isEqualTo("head-race_1.__ba.a_b");
    assertThat(topics.epochs()).isEqualTo("head-race_1.epochs");
    assertThat(topics.parents("0a1b2c3d")).isEqualTo("head-race_1.star-0a1b2c3d.parents");
    assertThat(topics.facts("0a1b2c3d", "f_lesson"))
        .isEqualTo("head-race_1.star-0a1b2c3d.f_lesson");
    assertThat(topics.application("0a1b2c3d")).isEqualTo("head-race_1.star-0a1b2c3d");
  }

  @Test
  void refusesAPrefixThatKafkaDoesNotTake() {
    assertThatThrownBy(() -> new Topics("a.b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the topic prefix must consist of letters, digits, _ and - but was \"a.b\"");
  }
}
