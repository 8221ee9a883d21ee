package io.headrace.capture;

import io.debezium.annotation.ConnectorSpecific;
import io.debezium.config.CommonConnectorConfig;
import io.debezium.pipeline.ChangeEventSourceCoordinator;
import io.debezium.pipeline.EventDispatcher;
import io.debezium.pipeline.signal.actions.SignalAction;
import io.debezium.pipeline.signal.actions.SignalActionProvider;
import io.debezium.pipeline.source.spi.DataChangeEventListener;
import io.debezium.pipeline.spi.Partition;
import io.debezium.spi.schema.DataCollectionId;
import java.util.Map;

/**
 * Switches off the metrics that Debezium works out for every change, a quarter of its decoding
 * thread's time, which no setting does. Provides no actions: this is where Debezium hands over its
 * dispatcher, right before it streams. Public because Debezium finds it as a service.
 */
@ConnectorSpecific(connector = RawTextConnector.class)
public final class NoMetrics implements SignalActionProvider {

  @Override
  public <P extends Partition> Map<String, SignalAction<P>> createActions(
      EventDispatcher<P, ? extends DataCollectionId> dispatcher,
      ChangeEventSourceCoordinator<P, ?> coordinator,
      CommonConnectorConfig config) {
    dispatcher.setEventListener(DataChangeEventListener.NO_OP());
    return Map.of();
  }
}
