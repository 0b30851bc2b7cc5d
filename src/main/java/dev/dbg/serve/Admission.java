package dev.dbg.serve;

import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.OperatorId;
import dev.dbg.model.Refusal;
import dev.dbg.model.Uid;
import dev.dbg.session.FairShare;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Limits the memory and time that requests take. Memory is reserved before the first byte of a
 * request is read: the kernel reports its length while it is still in the client's socket buffer.
 *
 * <p>A request becomes several times as large when it is read: bytes, strings, words, messages, a
 * record. {@code RequestWeightTest} measures it; the reservation is larger. Short and long requests
 * have separate shares, so that short ones, which people type, never wait for long ones. Both are
 * divided between users, {@link FairShare}.
 *
 * <p>The memory is given back when the request has been answered. A permitted session keeps a part
 * for its command line while it runs.
 */
final class Admission {
  /** The largest short request, in bytes. */
  static final int SHORT = UnixConnection.SHORT_PACKET;

  /** Bytes reserved per byte of a request; one-letter words need the most. */
  static final int WHILE_DECIDED = 40;

  /** Bytes that a running session keeps per byte of its request. */
  private static final int WHILE_RUNNING = 16;

  /** Bytes reserved for any request. */
  private static final int LEAST = 1024;

  private static final long FOR_SHORT = 12L << 20;
  private static final long FOR_SHORT_OF_USER = 3L << 20;
  private static final long FOR_LONG = 8L << 20;
  private static final long FOR_LONG_OF_USER = weight(UnixConnection.LARGEST_PACKET);

  /** How many of a user's short requests are decided at once. */
  private static final int AT_ONCE = 4;

  private static final Duration SHORT_WITHIN = Duration.ofSeconds(10);
  private static final Duration LONG_WITHIN = Duration.ofSeconds(3);

  /** For each period of this length that its answer takes, a request counts once more. */
  private static final Duration COUNTS_ONE_MORE = Duration.ofMillis(20);

  /** For so many bytes, a request counts once more: reading it costs all users processor time. */
  private static final int BYTES_COUNT_ONE_MORE = 16 * 1024;

  private static final int MOST_MORE = 100;

  private final FairShare<OperatorId> slots = new FairShare<>(Integer.MAX_VALUE, AT_ONCE);
  private final FairShare<OperatorId> forShort = new FairShare<>(FOR_SHORT, FOR_SHORT_OF_USER);
  private final FairShare<OperatorId> forLong = new FairShare<>(FOR_LONG, FOR_LONG_OF_USER);
  private final RequestRate rate;
  private final FloodReports floods;

  Admission(RequestRate rate, FloodReports floods) {
    this.rate = rate;
    this.floods = floods;
  }

  /** The time in which a request is read, decided and answered. For one thread. */
  final class Turn implements AutoCloseable {
    private final OperatorId user;
    private final int size;
    private final Optional<FairShare<OperatorId>.Part> slot;
    private final FairShare<OperatorId>.Part memory;
    private final long begun = System.nanoTime();
    private OptionalLong waits = OptionalLong.empty();
    private boolean isCharged;

    private Turn(
        OperatorId user,
        int size,
        Optional<FairShare<OperatorId>.Part> slot,
        FairShare<OperatorId>.Part memory) {
      this.user = user;
      this.size = size;
      this.slot = slot;
      this.memory = memory;
    }

    /** The request is a permitted session, which does not count against its user's rate. */
    void permitted() {
      isCharged = true;
      rate.giveBack(user);
      takesLong();
    }

    /** The answer may take long: the user's other requests need not wait for it. */
    void takesLong() {
      slot.ifPresent(FairShare.Part::close);
      memory.shrinkTo((long) WHILE_RUNNING * size + LEAST);
    }

    /** From now on the answer waits for something else, which costs no other user anything. */
    void waits() {
      waits = OptionalLong.of(System.nanoTime());
      takesLong();
    }

    @Override
    public void close() {
      slot.ifPresent(FairShare.Part::close);
      memory.close();
      if (!isCharged) {
        isCharged = true;
        long decided = waits.orElseGet(System::nanoTime);
        rate.charge(user, countsMore(size, Duration.ofNanos(decided - begun)));
      }
    }
  }

  /** How often a request of so many bytes counts, besides once, if its answer took so long. */
  static int countsMore(int size, Duration took) {
    long more = size / BYTES_COUNT_ONE_MORE + took.dividedBy(COUNTS_ONE_MORE);
    return (int) Math.min(MOST_MORE, more);
  }

  /**
   * Waits until a request of {@code size} bytes may be read.
   *
   * @throws Refusal if that takes too long
   */
  Turn turn(Caller caller, int size) throws Refusal {
    OperatorId user = caller.id();
    if (!user.equals(Uid.ROOT) && rate.await(user)) {
      floods.delayed(user);
    }
    return size <= SHORT ? shortTurn(caller, size) : longTurn(caller, size);
  }

  private Turn shortTurn(Caller caller, int size) throws Refusal {
    OperatorId user = caller.id();
    Optional<FairShare<OperatorId>.Part> slot = slots.take(user, 1, SHORT_WITHIN);
    if (slot.isPresent()) {
      Optional<FairShare<OperatorId>.Part> memory = forShort.take(user, weight(size), SHORT_WITHIN);
      if (memory.isPresent()) {
        return new Turn(user, size, slot, memory.get());
      }
      slot.get().close();
    }
    throw busy(
        caller,
        "your request was not read: earlier ones of yours are not decided after %d s: wait for them, then try again"
            .formatted(SHORT_WITHIN.toSeconds()));
  }

  private Turn longTurn(Caller caller, int size) throws Refusal {
    OperatorId user = caller.id();
    int read = Math.min(size, UnixConnection.LARGEST_PACKET);
    Optional<FairShare<OperatorId>.Part> memory = forLong.take(user, weight(read), LONG_WITHIN);
    if (memory.isEmpty()) {
      throw busy(
          caller,
          "your command line is too long to be read now (%d bytes): try again, or shorten it to %d"
              .formatted(size, SHORT));
    }
    return new Turn(user, read, Optional.empty(), memory.get());
  }

  private Refusal busy(Caller caller, String why) {
    Refusal refusal = Refusal.failed(why);
    floods.notRead(caller, refusal);
    return refusal;
  }

  private static long weight(int size) {
    return (long) WHILE_DECIDED * size + LEAST;
  }

  /** Wakes all waiting threads, because dbgd stops. */
  void end() {
    rate.end();
  }
}
