package io.headrace.console;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The page's files, ours and those of its libraries, all out of the class path. */
final class Page {
  private static final String OURS = "/io/headrace/console/page/";
  private static final String WEBJARS = "/META-INF/resources/webjars/";

  /** Where a library's files stand, and what may be had of them. */
  private static final Map<String, String> LIBRARIES =
      Map.of("lit-html", WEBJARS + "lit-html/3.3.2/", "uplot", WEBJARS + "uplot/1.6.30/dist/");

  /** Nothing that leads elsewhere, and nothing but what a page is made of. */
  private static final Pattern NAME =
      Pattern.compile("(?:[\\w-]+/)*[\\w-]+(?:\\.[\\w-]+)*\\.(html|js|css|svg)");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml");

  private final Map<String, Asset> assets = new ConcurrentHashMap<>();

  private record Asset(byte[] bytes, String tag) {}

  /** A file of the page's own. */
  void ours(Context request, String name) {
    send(request, OURS, name);
  }

  /** A file of a library: {@code lit-html/lit-html.js}. */
  void library(Context request, String path) {
    int slash = path.indexOf('/');
    String base = slash < 0 ? null : LIBRARIES.get(path.substring(0, slash));
    if (base == null) {
      throw new Refused(404, "There is no library " + path + ".");
    }
    send(request, base, path.substring(slash + 1));
  }

  private void send(Context request, String base, String name) {
    var matched = NAME.matcher(name);
    if (!matched.matches()) {
      throw new Refused(404, "There is no " + name + ".");
    }
    Asset asset = assets.computeIfAbsent(base + name, Page::read);
    // Asked again each time, answered with the file only when it is another one.
    request.header("Cache-Control", "no-cache");
    request.header("ETag", asset.tag());
    if (asset.tag().equals(request.header("If-None-Match"))) {
      request.status(304);
      return;
    }
    request.contentType(TYPES.getOrDefault(matched.group(1), "application/octet-stream"));
    request.result(asset.bytes());
  }

  private static Asset read(String path) {
    try (InputStream in = Page.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new Refused(404, "There is no " + path.substring(path.lastIndexOf('/') + 1) + ".");
      }
      byte[] bytes = in.readAllBytes();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new Asset(bytes, "\"" + HexFormat.of().formatHex(digest, 0, 12) + "\"");
    } catch (IOException e) {
      throw new IllegalStateException(path + " cannot be read from the class path", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
