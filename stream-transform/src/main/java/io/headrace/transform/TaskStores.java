package io.headrace.transform;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The stores of one task. A star without joins has neither parents nor references.
 *
 * @param baseRows see {@link BaseRows}
 * @param parentRows see {@link ParentRows}
 * @param references see {@link References}
 * @param heldBack see {@link HeldBack}
 * @param progress see {@link Progress}
 */
record TaskStores(
    KeyValueStore<Bytes, byte[]> baseRows,
    @Nullable KeyValueStore<Bytes, byte[]> parentRows,
    @Nullable KeyValueStore<Bytes, byte[]> references,
    KeyValueStore<Bytes, byte[]> heldBack,
    KeyValueStore<Bytes, byte[]> progress) {}
