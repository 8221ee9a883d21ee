package io.headrace.console;

import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.HandlerType;
import io.javalin.http.SameSite;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks at every request before anything else does. */
final class Guard {
  /** Sent by our page with what acts; another site's page cannot send it without asking first. */
  static final String HEADER = "X-Headrace";

  static final String COOKIE = "headrace_console";
  private static final String BEARER = "Bearer ";

  /**
   * What needs no token. The page itself tells nothing, and whoever starts processes anew must see
   * whether one lives.
   */
  private static final Pattern FOR_EVERYBODY =
      Pattern.compile(
          "/|/(?:page|lib)/(?:[\\w-]+/)*[\\w-]+(?:\\.[\\w-]+)*|/api/login|/health/live");

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
              + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Cache-Control",
          "no-store");

  private final HostNames names;
  private final Logins logins;
  private final boolean tls;

  Guard(ConsoleSettings settings, Logins logins) {
    names = new HostNames(settings.address(), settings.names());
    this.logins = logins;
    tls = settings.tls() != null;
  }

  /**
   * Lets a request through.
   *
   * @throws Refused when it may not
   */
  void check(Context request) {
    HEADERS.forEach(request::header);
    String host = request.header("Host");
    if (!names.allows(host)) {
      throw new Refused(
          421,
          "The console is not called "
              + host
              + ". Use its address, or allow the name with --console-host.");
    }
    sameOrigin(request, host);
    if (request.method() == HandlerType.POST) {
      ours(request);
    } else if (!Set.of(HandlerType.GET, HandlerType.HEAD).contains(request.method())) {
      throw new Refused(405, "Only GET and POST are understood.");
    }
    if (!isForEverybody(request)) {
      known(request);
    }
  }

  /** By the path as it was sent: one that is written in another way is not on the list. */
  private static boolean isForEverybody(Context request) {
    return FOR_EVERYBODY.matcher(request.path()).matches();
  }

  private void sameOrigin(Context request, @Nullable String host) {
    String origin = request.header("Origin");
    if (origin != null && !names.isOwn(origin, tls, host)) {
      throw new Refused(403, "A page of " + origin + " may not use the console.");
    }
    String site = request.header("Sec-Fetch-Site");
    boolean foreign = site != null && !site.equals("same-origin") && !site.equals("none");
    if (foreign && (request.method() == HandlerType.POST || !isForEverybody(request))) {
      throw new Refused(403, "A page of another site may not use the console.");
    }
  }

  private static void ours(Context request) {
    String type = request.contentType();
    if (type == null || !type.split(";", -1)[0].strip().equalsIgnoreCase("application/json")) {
      throw new Refused(415, "What acts is sent as application/json but came as " + type + ".");
    }
    if (!"console".equals(request.header(HEADER))) {
      throw new Refused(403, "What acts needs the header " + HEADER + ": console.");
    }
  }

  private void known(Context request) {
    if (logins.asked() && !logins.knows(request.cookie(COOKIE)) && !hasToken(request)) {
      throw new Refused(401, "The console needs its token.");
    }
  }

  private boolean hasToken(Context request) {
    String given = request.header("Authorization");
    return given != null
        && given.startsWith(BEARER)
        && logins.isToken(given.substring(BEARER.length()));
  }

  /** The cookie of a login; without a name, its end. Behind a proxy with TLS it is for TLS too. */
  Cookie cookie(Context request, String login) {
    String origin = request.header("Origin");
    return new Cookie(
        COOKIE,
        login,
        "/",
        login.isEmpty() ? 0 : (int) Logins.LASTS.toSeconds(),
        tls || origin != null && HostNames.isTls(origin),
        true,
        null,
        SameSite.STRICT);
  }
}
