package dev.dbg.resolve.untrusted;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * How much memory may be made of what an engine says. Strangers choose what it says: a user all of
 * it, and of root's engines who makes an image its labels. A byte that is read may become a hundred
 * in memory, so what is made is charged, before it is made, and not what is read.
 *
 * <p>Nothing is given back: an allowance is for one answer, and ends with it. All threads together
 * make a small part each, and one of them more: that one has a turn until it closes its allowance.
 *
 * <p>For one thread; only {@link #end} is for another one, which has waited for the answer.
 */
public final class Allowance implements AutoCloseable {
  /** A field that is kept, besides its characters: two Strings and their entry in a map. */
  private static final int FIELD = 80;

  /** A container, besides its texts; also an element of a list that turns out to be none. */
  public static final int CONTAINER = 300;

  /** A name in a directory. */
  public static final int NAME = 120;

  /** Of a runtime of root: ten thousand containers, or two thousand with twenty labels each. */
  private static final long OF_RUNTIME = 24L << 20;

  private static final long READ_OF_RUNTIME = 64L << 20;

  /** Of one container or image, and of any answer without a turn. */
  private static final long SMALL = 1L << 20;

  private static final Semaphore TURN = new Semaphore(1);

  private static final long TURN_WITHIN_SECONDS = 5;

  /** Of a user's engine: two hundred containers, or fifty with twenty labels each. */
  private static final long OF_USER = 1L << 18;

  /** Reading costs time only. */
  private static final long READ_OF_USER = 1L << 21;

  private final boolean strict;
  private final long most;
  private final long mostRead;
  private final long assured;
  private final AtomicLong common;
  private final BooleanSupplier over;
  private final List<List<?>> lists = new ArrayList<>();
  private volatile boolean ended;
  private boolean hasTurn;
  private long made;
  private long labels;
  private long read;

  private Allowance(
      boolean strict,
      long most,
      long mostRead,
      long assured,
      AtomicLong common,
      BooleanSupplier over) {
    this.strict = strict;
    this.most = most;
    this.mostRead = mostRead;
    this.assured = assured;
    this.common = common;
    this.over = over;
  }

  /**
   * For an answer of one of root's runtimes. It is over when its thread is interrupted, as at the
   * end of the time for a request.
   */
  public static Allowance ofRuntime() {
    return ofRoots(OF_RUNTIME);
  }

  /** An allowance for what is said of one container or image of root's, or of an engine itself. */
  public static Allowance ofOne() {
    return ofRoots(SMALL);
  }

  private static Allowance ofRoots(long most) {
    return new Allowance(
        false,
        most,
        READ_OF_RUNTIME,
        most,
        new AtomicLong(),
        () -> Thread.currentThread().isInterrupted());
  }

  /** The same as {@link #ofRuntime()}, if containers with these labels are kept. */
  public static Allowance ofRuntime(Collection<Optional<Map<String, String>>> kept) {
    Allowance allowance = ofRuntime();
    for (Optional<Map<String, String>> labels : kept) {
      allowance.made += CONTAINER;
      labels
          .orElse(Map.of())
          .forEach((key, value) -> allowance.labels += FIELD + key.length() + value.length());
    }
    allowance.made += allowance.labels;
    return allowance;
  }

  /**
   * What the engines of all users may make of one list, for each of them. Each is assured its part
   * of a half; of the other half each takes what it needs, up to {@link #OF_USER}. So users who say
   * much take nothing from those who say little.
   *
   * @param all the bytes for all engines together
   * @param engines their number
   * @param deadline by {@link System#nanoTime}; whatever is made later is not waited for
   */
  public static Supplier<Allowance> ofUsers(long all, int engines, long deadline) {
    long assured = all / 2 / Math.max(1, engines);
    AtomicLong common = new AtomicLong(all / 2);
    BooleanSupplier over = () -> System.nanoTime() - deadline > 0;
    return () -> new Allowance(true, OF_USER, READ_OF_USER, assured, common, over);
  }

  /**
   * Takes a part.
   *
   * @throws AllowanceExceeded if nothing is left
   * @throws IOException if nobody waits for the answer any more
   */
  public void take(long bytes) throws IOException {
    requireWaiter();
    long before = Math.max(made, assured);
    made += bytes;
    long more = Math.max(0, made - before);
    if (made > most || (more > 0 && !takeCommon(more))) {
      throw new AllowanceExceeded();
    }
    if (made > SMALL) {
      awaitTurn();
    }
  }

  /**
   * Waits until no other allowance is being used for much. This one then is until it is closed.
   *
   * @throws IOException if that takes too long
   */
  public void awaitTurn() throws IOException {
    try {
      hasTurn = hasTurn || TURN.tryAcquire(TURN_WITHIN_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!hasTurn) {
      throw new IOException("another long answer is still being read");
    }
  }

  /** Gives the turn back. What was made may be kept. */
  @Override
  public void close() {
    if (hasTurn) {
      hasTurn = false;
      TURN.release();
    }
  }

  private boolean takeCommon(long bytes) {
    if (assured >= most || common.addAndGet(-bytes) >= 0) {
      return true;
    }
    common.addAndGet(bytes);
    return false;
  }

  private void requireWaiter() throws IOException {
    if (ended || over.getAsBoolean()) {
      throw new IOException("nobody waits for the answer any more");
    }
  }

  /** Takes a part for a field of this name and text. */
  public void takeField(String name, String text) throws IOException {
    take(FIELD + size(name) + size(text));
  }

  /** The same for a label. A third is for labels, so that they crowd out no container. */
  public void takeLabel(String name, String text) throws IOException {
    labels += FIELD + size(name) + size(text);
    takeField(name, text);
  }

  /** Whether labels may still be kept. */
  public boolean hasRoomForLabels() {
    return labels < most / 3;
  }

  private static long size(String text) {
    return text.chars().allMatch(one -> one <= 0xff) ? text.length() : 2L * text.length();
  }

  /**
   * A container says of itself more than is kept of one. Of root's runtimes it is left out alone; a
   * user answers for all of theirs.
   */
  public void leaveOut() throws AllowanceExceeded {
    if (strict) {
      throw new AllowanceExceeded();
    }
  }

  /** Whether no more than this was made. */
  public boolean isWithin(long bytes) {
    return made <= bytes;
  }

  /** Whether it did not suffice: what else was said is not known. */
  public boolean isSpent() {
    return made > most || read > mostRead;
  }

  /** Limits what is read, which is not kept, and ends it when nobody waits. */
  public InputStream metered(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        requireWaiter();
        int got = super.read(into, from, length);
        read += Math.max(0, got);
        if (read > mostRead) {
          throw new AllowanceExceeded();
        }
        return got;
      }
    };
  }

  /** A list of what was made. It is emptied if nobody waits for it, though its thread may hang. */
  public <T> List<T> list() {
    List<T> list = Collections.synchronizedList(new ArrayList<>());
    synchronized (lists) {
      lists.add(list);
    }
    return list;
  }

  /** Nobody waits for the answer any more: its thread ends as soon as it can, and holds nothing. */
  public void end() {
    ended = true;
    synchronized (lists) {
      lists.forEach(List::clear);
    }
  }
}
