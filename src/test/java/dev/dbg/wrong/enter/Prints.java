package dev.dbg.wrong.enter;

/** Prints to standard output. */
public final class Prints {
  void print() {
    System.out.println("hello");
  }
}
