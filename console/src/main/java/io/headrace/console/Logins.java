package io.headrace.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who has shown the token. What stands in a cookie is a random name of the login, not the token.
 */
final class Logins {
  static final Duration LASTS = Duration.ofHours(12);
  private static final int NAME_BYTES = 32;

  private final byte @Nullable [] token;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Instant> until = new ConcurrentHashMap<>();

  Logins(@Nullable String token, InstantSource clock) {
    this.token = token == null ? null : digest(token);
    this.clock = clock;
  }

  /** Whether anybody is asked at all. */
  boolean asked() {
    return token != null;
  }

  /** Whether this is the token; takes as long for any that is not. */
  boolean isToken(String given) {
    return token != null && MessageDigest.isEqual(token, digest(given));
  }

  /** A new login's name. */
  String begin() {
    byte[] name = new byte[NAME_BYTES];
    random.nextBytes(name);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(name);
    Instant now = clock.instant();
    until.values().removeIf(now::isAfter);
    until.put(text, now.plus(LASTS));
    return text;
  }

  boolean knows(@Nullable String login) {
    Instant end = login == null ? null : until.get(login);
    return end != null && clock.instant().isBefore(end);
  }

  void end(@Nullable String login) {
    if (login != null) {
      until.remove(login);
    }
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
