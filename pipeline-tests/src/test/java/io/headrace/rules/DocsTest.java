package io.headrace.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DocsTest {

  private static final Path ROOT = Docs.repository();
  private static final Docs DOCS = new Docs(ROOT);

  @Test
  void whatTheDocsNameExists() {
    List<Path> documents = DOCS.documents();

    assertThat(documents).contains(ROOT.resolve("docs/architecture.md"));
    assertThat(documents.stream().flatMap(it -> DOCS.problems(it, Docs.read(it)).stream()))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "`EpochJsons`",
        "`EpochJson.readAll`",
        "`Epoch.numbers`",
        "`io.headrace.wires`",
        "`io.headrace.wire.Epochs`",
        "`docs/architectures.md`",
        "`star/none/`",
        "`mvnw.bat/`",
        "`.headrace/`",
        "`sql/*.none.sql`",
        "`--no-such-option`",
        "`./headrace up --no-such-option 1`",
        "`HEADRACE_NO_SUCH_OPTION`",
        "[it](none.md)",
        "[it](architecture.md#no-such-heading)",
        "[it](#no-such-heading)"
      })
  void wrongNamesAreFound(String text) {
    assertThat(DOCS.problems(ROOT.resolve("docs/planted.md"), text)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "`EpochJson`",
        "`EpochJson.read`",
        "`Epoch.number`",
        "`io.headrace.wire`",
        "`io.headrace.wire.Epoch`",
        "`docs/architecture.md`",
        "`star/`",
        "`./mvnw verify`",
        "`16/B374D848`",
        "`op: \"t\"`",
        "`--help`",
        "```\nEpochJsons `EpochJsons`\n```",
        "[it](architecture.md)",
        "[it](architecture.md#the-promise)",
        "[it](https://example.org/none.md)",
        "# A heading, with `code`\n[it](#a-heading-with-code)"
      })
  void rightNamesAreNot(String text) {
    assertThat(DOCS.problems(ROOT.resolve("docs/planted.md"), text)).isEmpty();
  }
}
