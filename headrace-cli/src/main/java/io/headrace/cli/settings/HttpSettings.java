package io.headrace.cli.settings;

/**
 * Where HTTP is served.
 *
 * @param address host name or IP address to listen on
 * @param port TCP port
 */
public record HttpSettings(String address, int port) {}
