package io.headrace.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.net.SocketFactory;

/** A request written by hand: an HTTP client would not send a foreign Host. */
record Sent(int status, List<String> headers, String body) {

  /** Sends it, with Host and Connection added unless they are given. */
  static Sent request(int port, String line, String body, String... headers) {
    return request(SocketFactory.getDefault(), port, line, body, headers);
  }

  /** The same over sockets of another kind. */
  static Sent request(
      SocketFactory sockets, int port, String line, String body, String... headers) {
    try (Socket socket = sockets.createSocket(InetAddress.getLoopbackAddress(), port)) {
      StringBuilder text = new StringBuilder(line).append(" HTTP/1.1\r\nConnection: close\r\n");
      if (Stream.of(headers).noneMatch(header -> header.startsWith("Host:"))) {
        text.append("Host: 127.0.0.1:").append(port).append("\r\n");
      }
      for (String header : headers) {
        text.append(header).append("\r\n");
      }
      text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
      socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int end = answer.indexOf("\r\n\r\n");
      List<String> lines = answer.substring(0, end).lines().toList();
      return new Sent(
          Integer.parseInt(lines.get(0).split(" ", -1)[1]),
          lines.subList(1, lines.size()),
          answer.substring(end + 4));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A header's value; empty when there is none. */
  String header(String name) {
    String start = name.toLowerCase(Locale.ROOT) + ":";
    return headers.stream()
        .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(start))
        .map(header -> header.substring(start.length()).strip())
        .findFirst()
        .orElse("");
  }
}
