package io.headrace.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** Who may depend on whom, and why. */
@AnalyzeClasses(packages = "io.headrace", importOptions = ImportOption.DoNotIncludeTests.class)
final class LayersTest {

  private static final String[] PLAN = {
    "io.headrace.star..", "io.headrace.wire..", "io.headrace.stage.."
  };
  private static final String CAPTURE = "io.headrace.capture..";
  private static final String TRANSFORM = "io.headrace.transform..";
  private static final String SINK = "io.headrace.sink..";
  private static final String VERIFY = "io.headrace.verify..";
  private static final String OBSERVE = "io.headrace.observe..";
  private static final String CONSOLE = "io.headrace.console..";
  private static final String EMBEDDED = "io.headrace.embedded..";
  private static final String COMMANDS = "io.headrace.cli..";
  private static final String TEST_SERVERS = "io.headrace.testing..";

  @ArchTest
  static final ArchRule planKnowsNoStage =
      noClasses()
          .that()
          .resideInAnyPackage(PLAN)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              CAPTURE, TRANSFORM, SINK, VERIFY, OBSERVE, CONSOLE, EMBEDDED, COMMANDS, TEST_SERVERS)
          .because(
              "the star's plan and the formats are what the stages agree on, so they know none");

  @ArchTest static final ArchRule captureStandsAlone = standsAlone(CAPTURE, TRANSFORM, SINK);

  @ArchTest static final ArchRule transformStandsAlone = standsAlone(TRANSFORM, CAPTURE, SINK);

  @ArchTest static final ArchRule sinkStandsAlone = standsAlone(SINK, CAPTURE, TRANSFORM);

  /** It uses the sink's hold, and otherwise proves from outside what the stages did. */
  @ArchTest static final ArchRule verifyStandsAlone = standsAlone(VERIFY, CAPTURE, TRANSFORM);

  @ArchTest
  static final ArchRule consoleShowsAndAsks =
      noClasses()
          .that()
          .resideInAPackage(CONSOLE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(VERIFY, EMBEDDED, COMMANDS, TEST_SERVERS)
          .because(
              "what the console does is what the commands do, so it runs them and takes no way of its own");

  @ArchTest
  static final ArchRule embeddedKnowsNothingOfOurs =
      noClasses()
          .that()
          .resideInAPackage(EMBEDDED)
          .should()
          .dependOnClassesThat(
              JavaClass.Predicates.resideInAPackage("io.headrace..")
                  .and(JavaClass.Predicates.resideOutsideOfPackage(EMBEDDED)))
          .because(
              "the embedded servers must be what anybody's real servers are: no more, no less");

  @ArchTest
  static final ArchRule testServersKnowOnlyTheEmbeddedOnes =
      noClasses()
          .that()
          .resideInAPackage(TEST_SERVERS)
          .should()
          .dependOnClassesThat(
              JavaClass.Predicates.resideInAPackage("io.headrace..")
                  .and(JavaClass.Predicates.resideOutsideOfPackages(TEST_SERVERS, EMBEDDED)))
          .because("every module's tests use them, so they may depend on none");

  @ArchTest
  static final ArchRule onlyTheCommandsCompose =
      noClasses()
          .that()
          .resideOutsideOfPackage(COMMANDS)
          .and()
          .resideOutsideOfPackages(CAPTURE, TRANSFORM, SINK, VERIFY, OBSERVE, CONSOLE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CAPTURE, TRANSFORM, SINK, VERIFY, OBSERVE, CONSOLE, COMMANDS)
          .because("one place decides what runs with what");

  @ArchTest
  static final ArchRule onlyTheCaptureKnowsDebezium =
      noClasses()
          .that()
          .resideOutsideOfPackage(CAPTURE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.debezium..")
          .because(
              "behind the capture there are only its topics, which anybody could have written");

  @ArchTest
  static final ArchRule onlyTheTransformKnowsKafkaStreams =
      noClasses()
          .that()
          .resideOutsideOfPackage(TRANSFORM)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.kafka.streams..")
          .because("the way in which facts are joined must not show outside");

  @ArchTest
  static final ArchRule transformAsksNoDatabase =
      noClasses()
          .that()
          .resideInAPackage(TRANSFORM)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "org.postgresql..")
          .because(
              "the transform's results follow from its topics alone, else a replay would give others");

  @ArchTest
  static final ArchRule noCycles =
      slices()
          .matching("io.headrace.(*)..")
          .should()
          .beFreeOfCycles()
          .because("packages that need each other are one package");

  @ArchTest
  static final ArchRule stagesDoNotPrint =
      noClasses()
          .that()
          .resideOutsideOfPackages(COMMANDS, TEST_SERVERS)
          .should(ACCESS_STANDARD_STREAMS)
          .because(
              "stages speak through their listener and the log; the commands decide what is shown");

  @ArchTest
  static final ArchRule oneLogger =
      noClasses()
          .that()
          .resideOutsideOfPackage(COMMANDS)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.util.logging..")
          .because("who wants to know what happened looks into one log");

  @ArchTest
  static final ArchRule namesSayWhatThingsAre =
      classes()
          .should(
              new ArchCondition<>("be named after what they are") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  if (type.getSimpleName().matches(".*(Utils?|Manager|Helper|Impl|Common)")) {
                    events.add(
                        SimpleConditionEvent.violated(type, type.getName() + " says nothing"));
                  }
                }
              })
          .because("a name like Util or Manager hides what belongs where");

  private static ArchRule standsAlone(String stage, String... others) {
    return noClasses()
        .that()
        .resideInAPackage(stage)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage(EMBEDDED, COMMANDS, TEST_SERVERS)
        .because(
            "stages meet in Kafka and nowhere else: each can be run, scaled and replaced alone");
  }
}
