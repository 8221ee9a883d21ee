package io.headrace.cli.settings;

import io.headrace.stage.Database;
import io.headrace.verify.VerifySettings;
import org.jspecify.annotations.Nullable;

/**
 * All settings of {@code verify}, checked.
 *
 * @param settings those that all commands share
 * @param verify what is compared
 * @param readFrom a replica to read in the source's place; null for the source itself
 * @param keysOnly show no values
 * @param json print one JSON document
 */
public record VerifyChoice(
    Settings settings,
    VerifySettings verify,
    @Nullable Database readFrom,
    boolean keysOnly,
    boolean json) {}
