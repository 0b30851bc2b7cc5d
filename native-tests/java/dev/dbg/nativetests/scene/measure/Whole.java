package dev.dbg.nativetests.scene.measure;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How much of a large matrix, or of a long storm, a run of the tests tries: a part of it in every
 * build, and all of it with {@code native-tests/run --whole}.
 */
public final class Whole {
  private static final boolean WANTED = Boolean.getBoolean("dbg.whole");

  /** Which part it is: native-tests/run takes another one each day. */
  private static final int TURN = Integer.getInteger("dbg.turn", 0);

  private Whole() {}

  /** Whether everything is tried. */
  public static boolean isWanted() {
    return WANTED;
  }

  /** So many times in every build, and so many on request. */
  public static int orPart(int all, int part) {
    return WANTED ? all : part;
  }

  /** All lines, or every so-manieth of them. */
  public static <T> List<T> orEvery(int step, List<T> all) {
    if (WANTED) {
      return all;
    }
    return IntStream.range(0, all.size())
        .filter(i -> i % step == TURN % step)
        .mapToObj(all::get)
        .toList();
  }

  /** What a reader of the build's output has to know to repeat it. */
  public static String told() {
    return WANTED ? "all" : "a part, -Ddbg.turn=" + TURN;
  }
}
