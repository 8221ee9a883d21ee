package io.headrace.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** TCP ports of 127.0.0.1. */
final class Ports {
  private static final int ANY = 0;

  private Ports() {}

  /** The given port, or a free one for 0. */
  static int claim(String server, int port) {
    if (port == ANY) {
      return free();
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(loopback(port));
      return port;
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "Port "
              + port
              + " on 127.0.0.1 cannot be used for "
              + server
              + ": another program listens on it ("
              + e.getMessage()
              + "). Stop that program or choose another port.",
          e);
    }
  }

  static int free() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(loopback(ANY));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new EmbeddedServerException("No free TCP port on 127.0.0.1: " + e.getMessage(), e);
    }
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }
}
