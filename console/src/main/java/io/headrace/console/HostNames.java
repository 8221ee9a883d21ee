package io.headrace.console;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The names by which the console may be called. A page of somebody else's whose name is made to
 * point here (DNS rebinding) sends its own name and is refused by it.
 */
final class HostNames {
  private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");
  private static final Set<String> EVERY_INTERFACE = Set.of("0.0.0.0", "[::]");

  private static final String TLS = "https://";

  private final Set<String> named;
  private final Set<String> allowed = new HashSet<>(LOOPBACK);

  HostNames(String address, List<String> names) {
    named = names.stream().map(HostNames::bracketed).collect(Collectors.toUnmodifiableSet());
    allowed.addAll(named);
    if (!EVERY_INTERFACE.contains(bracketed(address))) {
      allowed.add(bracketed(address));
    }
  }

  /** Whether a Host header, {@code name} or {@code name:port}, is one of them. */
  boolean allows(@Nullable String host) {
    return host != null && allowed.contains(name(host));
  }

  /**
   * Whether an Origin header is the console's own, for a request to a host. A console without TLS
   * may stand behind a proxy that has it: the browser then says https, and perhaps a name that the
   * proxy does not pass on.
   */
  boolean isOwn(String origin, boolean tls, @Nullable String host) {
    if (host != null && origin.equalsIgnoreCase((tls ? "https://" : "http://") + host)) {
      return true;
    }
    return !tls
        && isTls(origin)
        && (origin.substring(TLS.length()).equalsIgnoreCase(host)
            || named.contains(name(origin.substring(TLS.length()))));
  }

  static boolean isTls(String origin) {
    return origin.regionMatches(true, 0, TLS, 0, TLS.length());
  }

  private static String name(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    int end = lower.startsWith("[") ? lower.indexOf(']') + 1 : lower.indexOf(':');
    return end <= 0 ? lower : lower.substring(0, end);
  }

  private static String bracketed(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.contains(":") && !lower.startsWith("[") ? "[" + lower + "]" : lower;
  }
}
