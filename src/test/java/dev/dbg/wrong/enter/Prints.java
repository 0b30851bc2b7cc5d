package dev.dbg.wrong.enter;

/** Prints. */
public final class Prints {
  void print() {
    System.out.println("hello");
  }
}
