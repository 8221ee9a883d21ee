package io.headrace.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NeighboursTest {

  private static final int MOST = 3;

  private final Neighbours neighbours = new Neighbours(2, MOST);

  @Test
  void all_have_it_when_all_are_here() {
    Neighbours.Mailbox first = neighbours.open(0);
    EpochParents parents = parents(1, 7, 2);
    assertThat(neighbours.give(parents)).isFalse();
    Neighbours.Mailbox second = neighbours.open(1);
    EpochParents later = parents(1, 8, 2);
    assertThat(neighbours.give(later)).isTrue();

    assertThat(first.take(9)).isEqualTo(parents);
    assertThat(first.take(9)).isEqualTo(later);
    assertThat(second.take(9)).isEqualTo(later);
    assertThat(second.take(9)).isNull();

    neighbours.close(0, first);
    assertThat(neighbours.give(parents(1, 9, 2))).isFalse();
  }

  @Test
  void a_later_epoch_waits() {
    Neighbours.Mailbox mailbox = neighbours.open(0);
    EpochParents later = parents(0, 9, 1);
    EpochParents present = parents(1, 8, 1);
    neighbours.give(later);
    neighbours.give(present);

    assertThat(mailbox.take(8)).isEqualTo(present);
    assertThat(mailbox.take(8)).isNull();
    assertThat(mailbox.take(9)).isEqualTo(later);
  }

  @Test
  void who_does_not_take_what_he_is_given_gets_no_more() {
    Neighbours.Mailbox idle = neighbours.open(0);
    Neighbours.Mailbox busy = neighbours.open(1);
    for (long epoch = 1; epoch <= 5; epoch++) {
      neighbours.give(parents(0, epoch, 2));
      assertThat(busy.take(epoch)).isNotNull();
    }
    assertThat(neighbours.give(parents(0, 6, 2))).isFalse();
    assertThat(busy.take(6)).isNotNull();

    assertThat(Stream.generate(() -> idle.take(9)).takeWhile(p -> p != null)).hasSize(5);
    assertThat(neighbours.give(parents(0, 7, 2))).isTrue();
  }

  @Test
  void what_is_told_is_given_by_epochs() {
    TellParents telling = new TellParents(MOST);
    telling.tell(message(0, 1), 10);
    telling.tell(message(0, 2), 20);
    telling.tell(message(0, 1), 10);

    assertThat(changes(telling.take(0, 1, true))).hasSize(2);
    assertThat(changes(telling.take(0, 2, true))).hasSize(1);
    assertThat(changes(telling.take(0, 3, true))).isEmpty();
  }

  @Test
  void an_epoch_of_which_something_is_missing_is_not_given() {
    TellParents telling = new TellParents(MOST);
    telling.tell(message(0, 1), 10);
    assertThat(telling.take(0, 1, false)).isNull();
    for (int i = 0; i <= MOST; i++) {
      telling.tell(message(0, 2), 20);
    }
    telling.tell(message(0, 3), 30);
    assertThat(telling.take(0, 3, true)).isNull();
    telling.tell(message(0, 4), 40);
    assertThat(changes(telling.take(0, 4, true))).hasSize(1);
  }

  private static List<EpochParents.Told> changes(@Nullable EpochParents parents) {
    return requireNonNull(parents).changes();
  }

  private static EpochParents parents(int origin, long epoch, int changes) {
    return new EpochParents(
        origin,
        epoch,
        Stream.generate(() -> new EpochParents.Told(message(origin, epoch), 0))
            .limit(changes)
            .toList());
  }

  private static ParentMessage message(int origin, long epoch) {
    return new ParentMessage(origin, epoch, 0, Change.delete("1".getBytes(UTF_8)));
  }
}
