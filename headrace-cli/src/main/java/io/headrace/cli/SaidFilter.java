package io.headrace.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/** Keeps from the console what has been said there; logback makes it. */
public final class SaidFilter extends Filter<ILoggingEvent> {
  @Override
  public FilterReply decide(ILoggingEvent event) {
    return event.getLoggerName().equals(Console.SAID) ? FilterReply.DENY : FilterReply.NEUTRAL;
  }
}
