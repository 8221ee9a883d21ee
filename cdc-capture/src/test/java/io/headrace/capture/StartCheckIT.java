package io.headrace.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.stage.Database;
import io.headrace.stage.StageException;
import io.headrace.star.Star;
import io.headrace.star.TableName;
import io.headrace.testing.TestServers;
import io.headrace.wire.Topics;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

/** Whatever must be mended first is said before anything begins, with what mends it. */
class StartCheckIT {

  private final String prefix = TestServers.uniqueName("check");

  private static String refusal(CaptureSettings settings, Star star) {
    CaptureRun run = new CaptureRun(settings, star, Failpoint.NONE);
    Throwable failure = run.awaitFailure();
    assertThat(failure).isInstanceOf(StageException.class);
    assertThat(((StageException) failure).kind()).isEqualTo(StageException.Kind.SETTINGS);
    return failure.getMessage();
  }

  private CaptureSettings settings(Source source) {
    return CaptureRun.settings(source, prefix, 3);
  }

  @Test
  void everyTablesProblemIsToldAtOnce() {
    Source source =
        new Source(
            "CREATE TABLE long_values (id int PRIMARY KEY, v text)",
            "CREATE TABLE no_identity (id int PRIMARY KEY)",
            "ALTER TABLE no_identity REPLICA IDENTITY NOTHING",
            "CREATE UNLOGGED TABLE unlogged (id int PRIMARY KEY)",
            "CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id)",
            "CREATE TABLE parent (id int PRIMARY KEY)",
            "CREATE TABLE child () INHERITS (parent)",
            "CREATE TABLE virtual_column (id int PRIMARY KEY, g int GENERATED ALWAYS AS (id + 1) VIRTUAL)",
            "CREATE TABLE virtual_full (id int PRIMARY KEY, g int GENERATED ALWAYS AS (id + 1) VIRTUAL)",
            "ALTER TABLE virtual_full REPLICA IDENTITY FULL",
            "CREATE TABLE virtual_long (id int PRIMARY KEY, v text, g int GENERATED ALWAYS AS (id + 1) VIRTUAL)",
            "CREATE TABLE cases (id int PRIMARY KEY, a int, \"A\" int)");
    Star star =
        source.star(
            "long_values",
            "no_identity",
            "unlogged",
            "parts",
            "parent",
            "virtual_column",
            "virtual_full",
            "virtual_long",
            "cases");
    assertThat(refusal(settings(source), star))
        .contains(
            "public.long_values must have REPLICA IDENTITY FULL: an UPDATE would otherwise leave out long values of v",
            "ALTER TABLE \"public\".\"long_values\" REPLICA IDENTITY FULL;",
            "public.no_identity must have its primary key",
            "public.unlogged must be logged",
            "ALTER TABLE \"public\".\"unlogged\" SET LOGGED;",
            "public.parts must be an ordinary table but is of the kind 'p'",
            "public.parent must not have tables that inherit from it",
            "public.virtual_column has the generated column g, which is virtual",
            "public.virtual_full has REPLICA IDENTITY FULL and has the virtual generated column g: PostgreSQL refuses",
            "ALTER TABLE \"public\".\"virtual_full\" REPLICA IDENTITY DEFAULT;",
            "public.virtual_long needs, for its long values of v, REPLICA IDENTITY FULL and has the virtual generated"
                + " column g",
            "ALTER TABLE \"public\".\"virtual_long\" DROP COLUMN \"g\"; -- or add it again as STORED",
            "public.cases has two columns that differ only by case: A");
  }

  @Test
  void aRoleWithoutRightsIsToldWhatItLacks() {
    Source source =
        new Source("CREATE SCHEMA IF NOT EXISTS closed", "CREATE TABLE t (id int PRIMARY KEY)");
    String role = TestServers.uniqueName("role");
    source.run("CREATE ROLE " + role + " LOGIN PASSWORD 'secret'");
    Database owner = source.database();
    Database poor = new Database(owner.host(), owner.port(), owner.name(), role, "secret");
    CaptureSettings settings =
        new CaptureSettings(poor, TestServers.kafka(), new Topics(prefix), 1, (short) 1, false);
    assertThat(refusal(settings, source.star("t")))
        .contains(
            "The role " + role + " must have REPLICATION.",
            "ALTER ROLE \"" + role + "\" REPLICATION;",
            "GRANT SELECT ON \"public\".\"t\" TO \"" + role + "\";")
        .doesNotContain("secret");

    source.run("ALTER ROLE " + role + " REPLICATION", "GRANT SELECT ON t TO " + role);
    assertThat(refusal(settings, source.star("t")))
        .contains(
            "There must be a publication headrace_" + prefix,
            "CREATE PUBLICATION \"headrace_"
                + prefix
                + "\" FOR TABLE \"public\".\"t\" WITH (publish = 'insert, update, delete, truncate', publish_generated_columns = stored);");

    source.run(
        "CREATE PUBLICATION headrace_"
            + prefix
            + " FOR TABLE t WITH (publish = 'insert, update, delete, truncate', publish_generated_columns = stored)");
    try (CaptureRun run = new CaptureRun(settings, source.star("t"), Failpoint.NONE)) {
      run.awaitCaught(source);
    }
  }

  @Test
  void aWrongPasswordEndsAtOnceAndIsNotPrinted() {
    Source source = new Source("CREATE TABLE t (id int PRIMARY KEY)");
    Database right = source.database();
    String role = TestServers.uniqueName("role");
    Database wrong = new Database(right.host(), right.port(), right.name(), role, "topsecret");
    CaptureSettings settings =
        new CaptureSettings(wrong, TestServers.kafka(), new Topics(prefix), 1, (short) 1, false);
    assertThat(refusal(settings, source.star("t"))).contains(role).doesNotContain("topsecret");
  }

  @Test
  void aPublicationThatADbaMadeIsCheckedAndCompleted() {
    Source source =
        new Source(
            "CREATE TABLE t (id int PRIMARY KEY, v int)",
            "CREATE TABLE u (id int PRIMARY KEY)",
            "CREATE PUBLICATION headrace_"
                + prefix
                + " FOR TABLE t WHERE (id > 1) WITH (publish = 'insert')");
    assertThat(refusal(settings(source), source.star("t", "u")))
        .contains("must carry all rows and columns of public.t but filters them");
    source.run("ALTER PUBLICATION headrace_" + prefix + " SET TABLE t");
    try (CaptureRun run = new CaptureRun(settings(source), source.star("t", "u"), Failpoint.NONE)) {
      run.awaitCaught(source);
      source.run("INSERT INTO u VALUES (1)", "TRUNCATE u");
      run.awaitCaught(source);
    }
    assertThat(Captured.read(prefix, "u").changes("u"))
        .extracting(Captured.Change::op)
        .contains("c", "t");
  }

  @Test
  void aLostSlotAsksForANewSnapshotWhichThenLeavesNoGhosts() {
    Source source =
        new Source("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)");
    Star star = source.star("t");
    try (CaptureRun run = new CaptureRun(settings(source), star, Failpoint.NONE)) {
      run.awaitCaught(source);
    }
    source.run(
        "SELECT pg_drop_replication_slot('headrace_" + prefix + "')",
        "DELETE FROM t WHERE id = 2",
        "INSERT INTO t VALUES (3)");
    assertThat(refusal(settings(source), star))
        .contains(
            "The replication slot headrace_" + prefix + " is gone", "Run once with --resnapshot");
    CaptureSettings again =
        new CaptureSettings(
            source.database(), TestServers.kafka(), new Topics(prefix), 3, (short) 1, true);
    try (CaptureRun run = new CaptureRun(again, star, Failpoint.NONE)) {
      run.awaitCaught(source);
    }
    assertThat(Captured.read(prefix, "t").rows("t")).isEqualTo(source.rows("t"));
  }

  @Test
  void aSlotThatSomeoneMovedIsNotTrusted() {
    Source source = new Source("CREATE TABLE t (id int PRIMARY KEY)");
    Star star = source.star("t");
    try (CaptureRun run = new CaptureRun(settings(source), star, Failpoint.NONE)) {
      run.awaitCaught(source);
    }
    source.run(
        "INSERT INTO t VALUES (1)",
        "SELECT pg_replication_slot_advance('headrace_" + prefix + "', pg_current_wal_lsn())");
    assertThat(refusal(settings(source), star))
        .contains("behind which the captured position", "--resnapshot");
  }

  @Test
  void anotherDatabaseUnderTheSamePrefixIsRefused() {
    Source source = new Source("CREATE TABLE t (id int PRIMARY KEY)");
    Star star = source.star("t");
    try (CaptureRun run = new CaptureRun(settings(source), star, Failpoint.NONE)) {
      run.awaitCaught(source);
    }
    source.run("SELECT pg_drop_replication_slot('headrace_" + prefix + "')");
    Source other = new Source("CREATE TABLE t (id int PRIMARY KEY)");
    assertThat(refusal(settings(other), star))
        .contains("come from the database " + source.database().name())
        .contains("but the source is the database " + other.database().name());
  }

  @Test
  void aTableThatIsNewToTheStarFillsItself() throws Exception {
    Source source =
        new Source(
            "CREATE TABLE t (id int PRIMARY KEY)",
            "CREATE TABLE late (id int PRIMARY KEY)",
            "INSERT INTO late VALUES (1), (2)");
    try (CaptureRun run = new CaptureRun(settings(source), source.star("t"), Failpoint.NONE)) {
      run.awaitCaught(source);
    }
    // It has written before the table is published, and commits after that.
    try (Connection early = source.database().connect("test");
        Statement statement = early.createStatement()) {
      early.setAutoCommit(false);
      statement.execute("INSERT INTO late VALUES (3)");
      try (CaptureRun run =
          new CaptureRun(settings(source), source.star("t", "late"), Failpoint.NONE)) {
        run.awaitSaid("The table public.late has come to the star");
        source.run("INSERT INTO late VALUES (4)");
        run.awaitCaught(source);
        early.commit();
        run.awaitSaid("The table public.late has been captured again");
        run.awaitCaught(source);
      }
    }
    Captured captured = Captured.read(prefix, "t", "late");
    assertThat(captured.rows("late")).isEqualTo(source.rows("late")).hasSize(4);
    List<List<TableName>> loading =
        captured.epochs().stream().map(epoch -> epoch.rereads().loading()).toList();
    assertThat(loading).contains(List.of(new TableName("public", "late"))).endsWith(List.of());
  }

  @Test
  void aTopicThatWasDeletedIsFilledAgain() throws Exception {
    Source source =
        new Source("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)");
    try (CaptureRun run = new CaptureRun(settings(source), source.star("t"), Failpoint.NONE)) {
      run.awaitCaught(source);
    }
    deleteTopic();
    try (CaptureRun run = new CaptureRun(settings(source), source.star("t"), Failpoint.NONE)) {
      run.awaitSaid("it was deleted, or records of it were lost");
      run.awaitSaid("The table public.t has been captured again: 2 rows.");
      run.awaitCaught(source);
    }
    Captured captured = Captured.read(prefix, "t");
    assertThat(captured.rows("t")).isEqualTo(source.rows("t"));
  }

  private void deleteTopic() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafka()))) {
      admin.deleteTopics(List.of(prefix + ".public.t")).all().get();
    }
  }

  @Test
  void aTopicThatIsDeletedMeanwhileIsFilledAgain() throws Exception {
    Source source =
        new Source("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)");
    try (CaptureRun run = new CaptureRun(settings(source), source.star("t"), Failpoint.NONE)) {
      run.awaitCaught(source);
      deleteTopic();
      run.awaitSaid(prefix + ".public.t was deleted in Kafka");
      run.awaitSaid("The table public.t has been captured again: 2 rows.");
      run.awaitCaught(source);
    }
    Captured captured = Captured.read(prefix, "t");
    assertThat(captured.rows("t")).isEqualTo(source.rows("t"));
  }

  @Test
  void topicsWithAnotherNumberOfPartitionsAreRefused() throws Exception {
    Source source = new Source("CREATE TABLE t (id int PRIMARY KEY)");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafka()))) {
      admin.createTopics(List.of(new NewTopic(prefix + ".public.t", 2, (short) 1))).all().get();
    }
    assertThat(refusal(settings(source), source.star("t")))
        .contains("must have 3 partitions, but " + prefix + ".public.t has 2");
  }
}
