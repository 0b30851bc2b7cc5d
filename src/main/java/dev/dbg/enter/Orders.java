package dev.dbg.enter;

import dev.dbg.kernel.Child;
import dev.dbg.kernel.Fd;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of dbg-enter and the descriptors it speaks of: {@code orders.c} reads it, and
 * {@code enter.h} explains each word.
 */
final class Orders {
  private final List<String> words = new ArrayList<>();
  private final List<Child.Passed> passed = new ArrayList<>();

  /**
   * @param stdio what become descriptors 0, 1 and 2
   * @param report where dbg-enter says why there is no tool
   */
  Orders(List<Fd> stdio, Fd report) {
    words.add("dbg-enter");
    for (int i = 0; i < stdio.size(); i++) {
      passed.add(new Child.Passed(stdio.get(i), i));
    }
    // The first, so that dbg-enter can complain about the others.
    descriptor("report", report);
  }

  Orders flag(String name, boolean given) {
    if (given) {
      words.add(name);
    }
    return this;
  }

  Orders value(String name, Object value) {
    words.add(name + "=" + value);
    return this;
  }

  /** Passed under the number it has here. */
  Orders descriptor(String name, Fd fd) {
    passed.add(Child.Passed.asIs(fd));
    return value(name, fd.number());
  }

  List<byte[]> argv(List<byte[]> tools) {
    List<byte[]> argv = new ArrayList<>();
    words.forEach(word -> argv.add(word.getBytes(StandardCharsets.UTF_8)));
    argv.add("--".getBytes(StandardCharsets.US_ASCII));
    argv.addAll(tools);
    return argv;
  }

  List<Child.Passed> passed() {
    return passed;
  }
}
