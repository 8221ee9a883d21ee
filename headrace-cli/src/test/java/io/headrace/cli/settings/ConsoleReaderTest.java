package io.headrace.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.headrace.console.ConsoleSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleReaderTest {
  private static final String TOKEN = "0123456789abcdef";

  @TempDir Path home;

  @BeforeEach
  void star() throws IOException {
    Files.createDirectories(home.resolve("sql/star"));
  }

  @Test
  void everyOption() throws IOException {
    Path token = Files.writeString(home.resolve("token"), TOKEN + "\n");
    Path keystore = Files.writeString(home.resolve("keys"), "");
    assertThat(
            console(
                Map.of("HEADRACE_CONSOLE_TLS_PASSWORD", "secret"),
                "--console-port=4300",
                "--console-address=0.0.0.0",
                "--console-host=console.example,other.example",
                "--console-token-file=" + token,
                "--console-tls-keystore=" + keystore))
        .isEqualTo(
            new ConsoleSettings(
                "0.0.0.0",
                4300,
                TOKEN,
                new ConsoleSettings.Tls(keystore, "secret"),
                List.of("console.example", "other.example")));
  }

  @Test
  void portZeroIsNoConsoleWhateverElseIsSaid() {
    assertThat(console(Map.of(), "--console-port=0", "--console-address=0.0.0.0")).isNull();
  }

  @Test
  void anAddressThatOthersReachNeedsATokenAndACertificate() {
    assertThat(problems(Map.of(), "--console-address=0.0.0.0"))
        .containsExactly(
            "--console-address 0.0.0.0 lets others reach the console: give it a token by --console-token-file or"
                + " HEADRACE_CONSOLE_TOKEN, or choose --console-insecure.",
            "--console-address 0.0.0.0 lets others listen to the console: give it a certificate by"
                + " --console-tls-keystore, or choose --console-insecure.");
    assertThat(problems(Map.of("HEADRACE_CONSOLE_TOKEN", TOKEN), "--console-address=192.0.2.1"))
        .singleElement()
        .asString()
        .contains("--console-tls-keystore");
  }

  @Test
  void orTheChoiceToDoWithout() {
    ConsoleSettings console =
        console(Map.of("HEADRACE_CONSOLE_INSECURE", "true", "HEADRACE_CONSOLE_ADDRESS", "0.0.0.0"));
    assertThat(console).isNotNull();
    assertThat(console.token()).isNull();
  }

  @Test
  void loopbackNeedsNeither() {
    for (String address : List.of("localhost", "127.0.0.2", "::1")) {
      assertThat(console(Map.of(), "--console-address=" + address)).isNotNull();
    }
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    assertThat(
            problems(
                Map.of("HEADRACE_CONSOLE_TOKEN", "short"),
                "--console-port=99999",
                "--console-host=http://x",
                "--console-tls-keystore=" + home.resolve("none")))
        .containsExactly(
            "--console-port must be a number from 0 to 65535 but was 99999.",
            "The console's token must have at least 16 letters but has 5.",
            "--console-tls-keystore cannot be read: " + home.resolve("none") + ".",
            "--console-tls-keystore needs its password in HEADRACE_CONSOLE_TLS_PASSWORD.",
            "--console-host must be names without port, several between commas, but was http://x.");
  }

  private @Nullable ConsoleSettings console(Map<String, String> variables, String... arguments) {
    return Parsed.settings(Use.UP, home, variables, arguments).console();
  }

  private List<String> problems(Map<String, String> variables, String... arguments) {
    SettingsException refused =
        catchThrowableOfType(SettingsException.class, () -> console(variables, arguments));
    assertThat(refused).isNotNull();
    return refused.problems();
  }
}
