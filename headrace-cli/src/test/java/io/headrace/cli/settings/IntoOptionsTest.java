package io.headrace.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.stage.Database;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IntoOptionsTest {
  private static IntoOptions options(String url) {
    IntoOptions options = new IntoOptions();
    options.into = url;
    return options;
  }

  @Test
  void thePasswordIsInTheEnvironmentOrInTheUrl() {
    Environment environment = new Environment(Map.of("HEADRACE_INTO_PASSWORD", "secret"));
    assertThat(SettingsReader.into(options("postgresql://dwh@wh/dwh"), environment))
        .isEqualTo(new Database("wh", 5432, "dwh", "dwh", "secret"));
    assertThatThrownBy(() -> SettingsReader.into(options("postgresql://dwh:x@wh/dwh"), environment))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("The password of --into is given twice");
    assertThat(SettingsReader.into(new IntoOptions(), environment)).isNull();
  }
}
