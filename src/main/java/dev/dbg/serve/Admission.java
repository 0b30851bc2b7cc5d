package dev.dbg.serve;

import dev.dbg.kernel.socket.PeerCredentials;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.Uid;
import dev.dbg.session.FairShare;
import java.time.Duration;
import java.util.Optional;

/**
 * What requests may take of dbgd's memory and time, taken before the first byte of one is read: the
 * kernel tells how long it is while it still lies in the client's buffer, where it costs the client
 * and not dbgd.
 *
 * <p>A request becomes several times as large when it is read: bytes, strings, words, messages, a
 * record. {@code RequestWeightTest} measures it; what is reserved here is more. People's lines are
 * short, and those go by a share of their own: they never wait for long ones. Of the long ones few
 * are read at a time. Both are divided fairly between users, {@link FairShare}.
 *
 * <p>What a request has taken it gives back when it is decided and answered. A permitted session
 * keeps, while it lasts, what its words take.
 */
final class Admission {
  /** What people type is shorter. */
  static final int SHORT = UnixConnection.SHORT_PACKET;

  /** A request of one-letter words is this many times as large when it is read. */
  static final int WHILE_DECIDED = 40;

  /** What stays of it while a session lasts. */
  private static final int WHILE_RUNNING = 16;

  /** However short it is. */
  private static final int LEAST = 1024;

  private static final long FOR_SHORT = 12L << 20;
  private static final long FOR_SHORT_OF_USER = 3L << 20;
  private static final long FOR_LONG = 8L << 20;
  private static final long FOR_LONG_OF_USER = weight(UnixConnection.LARGEST_PACKET);

  /** How many of a user's short requests are decided at once. */
  private static final int AT_ONCE = 4;

  private static final Duration SHORT_WITHIN = Duration.ofSeconds(10);
  private static final Duration LONG_WITHIN = Duration.ofSeconds(3);

  /** A request that took this long to answer counts for one more. */
  private static final Duration COUNTS_ONE_MORE = Duration.ofMillis(20);

  private static final int MOST_MORE = 100;

  private final FairShare seats = new FairShare(Integer.MAX_VALUE, AT_ONCE);
  private final FairShare forShort = new FairShare(FOR_SHORT, FOR_SHORT_OF_USER);
  private final FairShare forLong = new FairShare(FOR_LONG, FOR_LONG_OF_USER);
  private final RequestRate pace;
  private final FloodReports floods;

  Admission(RequestRate pace, FloodReports floods) {
    this.pace = pace;
    this.floods = floods;
  }

  /** A request is not read: there is no room for it. The message is for who sent it. */
  static final class Busy extends Exception {
    private static final long serialVersionUID = 1L;

    private Busy(String message) {
      super(message, null, false, false);
    }

    String message() {
      return String.valueOf(getMessage());
    }
  }

  /** A request's time to be read, decided and answered. For one thread. */
  final class Turn implements AutoCloseable {
    private final Uid user;
    private final int size;
    private final Optional<FairShare.Part> seat;
    private final FairShare.Part memory;
    private final long begun = System.nanoTime();
    private boolean free;

    private Turn(Uid user, int size, Optional<FairShare.Part> seat, FairShare.Part memory) {
      this.user = user;
      this.size = size;
      this.seat = seat;
      this.memory = memory;
    }

    /** It is a session: it costs its user nothing, and from here on little of dbgd. */
    void permitted() {
      free = true;
      pace.giveBack(user);
      goesOn();
    }

    /** Its answer may take as long as its client likes: others of the user's go on. */
    void goesOn() {
      seat.ifPresent(FairShare.Part::close);
      memory.shrinkTo((long) WHILE_RUNNING * size + LEAST);
    }

    @Override
    public void close() {
      seat.ifPresent(FairShare.Part::close);
      memory.close();
      if (!free) {
        free = true;
        long took = System.nanoTime() - begun;
        pace.charge(user, (int) Math.min(MOST_MORE, took / COUNTS_ONE_MORE.toNanos()));
      }
    }
  }

  /**
   * Waits until a request of so many bytes may be read.
   *
   * @throws Busy when that takes too long
   */
  Turn turn(PeerCredentials peer, int size) throws Busy {
    Uid user = peer.uid();
    if (!user.equals(Uid.ROOT) && pace.await(user)) {
      floods.hadToWait(user);
    }
    return size <= SHORT ? shortOne(peer, size) : longOne(peer, size);
  }

  private Turn shortOne(PeerCredentials peer, int size) throws Busy {
    Uid user = peer.uid();
    Optional<FairShare.Part> seat = seats.take(user, 1, SHORT_WITHIN);
    if (seat.isPresent()) {
      Optional<FairShare.Part> memory = forShort.take(user, weight(size), SHORT_WITHIN);
      if (memory.isPresent()) {
        return new Turn(user, size, seat, memory.get());
      }
      seat.get().close();
    }
    throw busy(
        peer,
        "your request is not read: others of yours are not decided yet after %d s: wait for them, then try again"
            .formatted(SHORT_WITHIN.toSeconds()));
  }

  private Turn longOne(PeerCredentials peer, int size) throws Busy {
    Uid user = peer.uid();
    int read = Math.min(size, UnixConnection.LARGEST_PACKET);
    Optional<FairShare.Part> memory = forLong.take(user, weight(read), LONG_WITHIN);
    if (memory.isEmpty()) {
      throw busy(
          peer,
          "your line is not read: it is %d bytes long, and of lines of more than %d only a few are read at once: try again, or type less"
              .formatted(size, SHORT));
    }
    return new Turn(user, read, Optional.empty(), memory.get());
  }

  private Busy busy(PeerCredentials peer, String why) {
    floods.wasNotRead(peer, why);
    return new Busy(why);
  }

  private static long weight(int size) {
    return (long) WHILE_DECIDED * size + LEAST;
  }

  /** Nobody waits any more: dbgd stops. */
  void end() {
    pace.end();
  }
}
