package dev.dbg.nativetests.scene.measure;

import java.util.Arrays;
import java.util.List;

/** Repeated measurements of how long something took, in microseconds. */
@SuppressWarnings("ArrayRecordComponent") // sorted once, never compared
public record Times(long[] sorted) {
  public static Times of(List<Long> all) {
    long[] sorted = all.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return new Times(sorted);
  }

  /** The time that so many percent of the measurements did not exceed. */
  public long below(int percent) {
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
  }

  public long median() {
    return below(50);
  }

  /**
   * How many standard deviations the rank sum of these measurements is from the value expected if
   * both came from one distribution: the Mann-Whitney test.
   */
  public double differsFrom(Times others) {
    long n = sorted.length;
    long m = others.sorted.length;
    double greater = 0;
    for (long mine : sorted) {
      for (long other : others.sorted) {
        greater += mine > other ? 1 : mine == other ? 0.5 : 0;
      }
    }
    return (greater - n * m / 2.0) / Math.sqrt(n * m * (n + m + 1) / 12.0);
  }

  @Override
  public String toString() {
    return "median %d, 95%% %d, 99%% %d, most %d us"
        .formatted(median(), below(95), below(99), sorted[sorted.length - 1]);
  }
}
