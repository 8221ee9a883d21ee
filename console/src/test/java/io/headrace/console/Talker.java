package io.headrace.console;

/** A command that says something and goes on until it is stopped. */
final class Talker {
  private Talker() {}

  public static void main(String[] arguments) throws InterruptedException {
    System.out.println(arguments[0] + " says hello");
    Thread.currentThread().join();
  }
}
