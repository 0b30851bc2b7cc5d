package dev.dbg.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * For how long a receiver has not had all records, without reading the log: remembers how far the
 * log was at which time. It knows nothing of the time before it was made. For one thread.
 */
public final class DeliveryLag {
  private static final int MOST = 2048;

  /** A lag is known to this part of it. */
  private static final int ACCURACY = 64;

  private List<Sample> samples = new ArrayList<>();

  /** The log had {@code seq} records at {@code time}, by {@link System#nanoTime}. */
  private record Sample(long seq, long time) {}

  /** Notes how far the log is now. */
  public void note(long seq, long time) {
    if (samples.isEmpty() || seq > samples.getLast().seq) {
      samples.add(new Sample(seq, time));
    }
    if (samples.size() > MOST) {
      thin(time);
    }
  }

  /** Forgets samples that are close together for their age, so that some hundreds are left. */
  private void thin(long now) {
    List<Sample> fewer = new ArrayList<>();
    for (Sample sample : samples) {
      if (fewer.isEmpty() || sample.time - fewer.getLast().time >= (now - sample.time) / ACCURACY) {
        fewer.add(sample);
      }
    }
    samples = fewer;
  }

  /** How long the record after {@code had} has been in the log, in seconds; 0 if there is none. */
  public double seconds(long had, long now) {
    for (Sample sample : samples) {
      if (sample.seq > had) {
        return (now - sample.time) / 1e9;
      }
    }
    return 0;
  }
}
