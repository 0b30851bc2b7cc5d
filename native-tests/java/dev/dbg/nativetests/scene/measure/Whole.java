package dev.dbg.nativetests.scene.measure;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * How much of a large matrix, or of a long storm, a run of the tests tries: the same part of it for
 * each change, and all of it with {@code native-tests/run --whole}. A test that has no small part
 * is tagged {@code whole}, and runs only then.
 */
public final class Whole {
  private static final boolean WANTED = Boolean.getBoolean("dbg.whole");

  private Whole() {}

  /** Whether everything is tried. */
  public static boolean isWanted() {
    return WANTED;
  }

  /** The number of repetitions: all with {@code --whole}, otherwise a part. */
  public static int orPart(int all, int part) {
    return WANTED ? all : part;
  }

  /** All elements with {@code --whole}, otherwise the first of each {@code step} elements. */
  public static <T> List<T> orEvery(int step, List<T> all) {
    if (WANTED) {
      return all;
    }
    return IntStream.range(0, all.size()).filter(i -> i % step == 0).mapToObj(all::get).toList();
  }

  /** The numbers of random inputs, for {@link #random}, from 0: all, or a part of them. */
  public static List<Integer> seeds(int all, int part) {
    return IntStream.range(0, orPart(all, part)).boxed().toList();
  }

  /** Of close seeds, {@link Random} would draw close numbers first. */
  public static Random random(int seed) {
    return new Random(seed * 0x9E37_79B9_7F4A_7C15L);
  }
}
