package io.headrace.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A TCP connection to somewhere that can be cut: then nothing comes through, and nobody is told.
 */
final class Wire implements AutoCloseable {
  private final ServerSocket server;
  private final int to;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private boolean cut;

  Wire(int to) throws IOException {
    this.to = to;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  synchronized void cut() {
    cut = true;
  }

  synchronized void mend() {
    cut = false;
    notifyAll();
  }

  private synchronized void awaitWhole() throws InterruptedException {
    while (cut) {
      wait();
    }
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException | InterruptedException e) {
                // An end of the wire has been closed.
              }
            },
            "wire");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      Socket here = server.accept();
      Socket there = new Socket(InetAddress.getLoopbackAddress(), to);
      sockets.add(here);
      sockets.add(there);
      start(() -> pump(here, there));
      start(() -> pump(there, here));
    }
  }

  private void pump(Socket from, Socket into) throws IOException, InterruptedException {
    try (from;
        into) {
      InputStream in = from.getInputStream();
      OutputStream out = into.getOutputStream();
      byte[] bytes = new byte[8192];
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        awaitWhole();
        out.write(bytes, 0, n);
      }
    }
  }

  @Override
  public void close() throws IOException {
    mend();
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
