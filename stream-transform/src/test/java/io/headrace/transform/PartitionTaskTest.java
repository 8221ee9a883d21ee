package io.headrace.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.star.Star;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PartitionTaskTest {

  private static final int RUNS = 25;
  private static final int EPOCHS = 60;

  static Stream<Arguments> stars() {
    return Stream.of(1, 3, 8)
        .flatMap(
            partitions ->
                Stream.of(
                    Arguments.of("school", TestStars.school(), partitions),
                    Arguments.of("odd", TestStars.odd(), partitions),
                    Arguments.of("flat", TestStars.flat(), partitions)));
  }

  @ParameterizedTest(name = "{0}, {2} partitions")
  @MethodSource("stars")
  void everyEpochEndsWithTheJoinOfItsState(String name, Star star, int partitions) {
    long first = new Random().nextLong();
    for (long seed = first; seed < first + RUNS; seed++) {
      try {
        new Simulation(star, partitions, seed, true).run(EPOCHS);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + "L", e);
      }
    }
  }

  @Test
  void withoutHoldingBackStatesAppearThatNeverWere() {
    assertThatThrownBy(
            () -> {
              for (long seed = 1; seed <= RUNS; seed++) {
                new Simulation(TestStars.school(), 3, seed, false).run(EPOCHS);
              }
            })
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("at the end of epoch");
  }

  @Test
  void theSimulationSendsFacts() {
    Simulation simulation = new Simulation(TestStars.odd(), 3, 7, true);
    simulation.run(EPOCHS);
    assertThat(simulation.factsSent()).isGreaterThan(EPOCHS);
  }
}
