package io.headrace.console;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the console listens, and who may use it.
 *
 * @param address the address of the interface, or its name
 * @param port a free one when 0
 * @param token what a person must know to come in; null for nobody to be asked
 * @param tls null for plain HTTP
 * @param names host names by which the console may be called, besides its address and those of the
 *     loopback interface
 */
public record ConsoleSettings(
    String address, int port, @Nullable String token, @Nullable Tls tls, List<String> names) {

  /** Letters of the shortest token that is worth the name. */
  public static final int SHORTEST_TOKEN = 16;

  public ConsoleSettings {
    names = List.copyOf(names);
  }

  /**
   * The console's certificate.
   *
   * @param keystore PKCS12 or JKS
   * @param password of the keystore and its key
   */
  public record Tls(Path keystore, String password) {}

  /** For this machine only, without a login. */
  public static ConsoleSettings loopback(int port) {
    return new ConsoleSettings("127.0.0.1", port, null, null, List.of());
  }

  /** Whether only this machine can reach an address. */
  public static boolean isLoopback(String address) {
    try {
      return InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
