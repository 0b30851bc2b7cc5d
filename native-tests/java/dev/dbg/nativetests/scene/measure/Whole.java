package dev.dbg.nativetests.scene.measure;

import java.util.List;
import java.util.Random;
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

  /** All lines, or every so-manieth of them; of fewer lines than that, one. */
  public static <T> List<T> orEvery(int step, List<T> all) {
    if (WANTED || all.isEmpty()) {
      return all;
    }
    int every = Math.min(step, all.size());
    return IntStream.range(0, all.size())
        .filter(i -> i % every == TURN % every)
        .mapToObj(all::get)
        .toList();
  }

  /**
   * Numbers of random inputs, for {@link #random}: all, or so many of them, which are others in
   * another turn.
   */
  public static List<Integer> seeds(int all, int part) {
    int first = TURN % (all / part) * part;
    return IntStream.range(WANTED ? 0 : first, WANTED ? all : first + part).boxed().toList();
  }

  /** Of close seeds, {@link Random} would draw close numbers first. */
  public static Random random(int seed) {
    return new Random(seed * 0x9E37_79B9_7F4A_7C15L);
  }

  /** What a reader of the build's output has to know to repeat it. */
  public static String told() {
    return WANTED ? "all" : "a part, -Ddbg.turn=" + TURN;
  }
}
