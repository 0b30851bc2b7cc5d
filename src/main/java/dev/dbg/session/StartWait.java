package dev.dbg.session;

import dev.dbg.authorize.Permission;
import dev.dbg.authorize.Rights;
import dev.dbg.grammar.Invocation;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Signals;
import dev.dbg.kernel.process.Terminal;
import dev.dbg.kernel.process.Users;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Operator;
import dev.dbg.model.OperatorId;
import dev.dbg.model.Outcome;
import dev.dbg.model.RawText;
import dev.dbg.model.Refusal;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.trace.Stage;
import dev.dbg.trace.Trace;
import dev.dbg.wire.ClientWatch;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code --wait}: decides about a line again and again while its container does not run, each time
 * from the start, by the rights in force then. So a wait permits nothing that a line typed at the
 * same moment would not be permitted.
 *
 * <p>Whether there is a container that the operator may not know of changes nothing: each decision
 * is the same as if it were missing. A wait that ends without a start ends, and is recorded, with
 * the last refusal, if that is one.
 *
 * <p>A line that waits has a session's place. For the connection's thread.
 */
final class StartWait implements AutoCloseable {
  /** How long dbgd's stop waits for a line that waits. */
  private static final Duration STEP = Duration.ofMillis(250);

  private final Services services;
  private final ClientRequest client;

  /** Empty for a line that does not wait. */
  private final Optional<Duration> most;

  /** As typed, for a terminal. */
  private final String name;

  private final Supplier<Optional<EndOrder>> order;
  private final Runnable whenWaiting;

  /** For limits alone. */
  private final OperatorId user;

  private final ClientWatch watch;
  private Optional<SessionLimits.Place> place = Optional.empty();
  private Optional<Long> waited = Optional.empty();

  private Optional<Outcome.Signalled> signal = Optional.empty();
  private Terminal.Size window;

  /** Of the last decision. */
  private Optional<Refusal> last = Optional.empty();

  /**
   * @param order by which it was told to end, if it was
   */
  StartWait(
      Services services,
      ClientRequest client,
      Invocation.Exec exec,
      Supplier<Optional<EndOrder>> order,
      Runnable whenWaiting) {
    this.services = services;
    this.client = client;
    this.most = exec.waiting();
    this.name = RawText.quoted(exec.line().target().toString());
    this.order = order;
    this.whenWaiting = whenWaiting;
    this.user = client.operator().id().counted();
    this.window = client.request().window();
    this.watch =
        new ClientWatch(
            client.connection(), end -> signal = Optional.of(end), size -> window = size);
  }

  /** Decides once. */
  interface Decide {
    Permission<PinnedTarget> by(Rights rights, boolean again) throws Refusal;
  }

  /** The permission, perhaps after a wait. */
  Permission<PinnedTarget> permission(Decide decide) throws Refusal {
    try {
      return decide.by(client.rights(), false);
    } catch (Refusal refusal) {
      if (most.isEmpty() || refusal.pending().isEmpty()) {
        throw refusal;
      }
      last = Optional.of(refusal);
      return await(decide, refusal.pending().get(), most.get());
    }
  }

  private Permission<PinnedTarget> await(Decide decide, String first, Duration time)
      throws Refusal {
    long begin = System.nanoTime();
    place = Optional.of(services.limits().take(user));
    whenWaiting.run();
    client
        .reply()
        .complain("waiting %d s for the start of %s: %s".formatted(time.toSeconds(), name, first));
    try (Stage _ = Trace.stage("wait for the start");
        SessionLimits.Place _ = services.limits().looks().begin(user)) {
      return untilPermitted(decide, begin + time.toNanos(), time);
    } finally {
      waited = Optional.of((System.nanoTime() - begin) / 1000);
    }
  }

  private Permission<PinnedTarget> untilPermitted(Decide decide, long deadline, Duration time)
      throws Refusal {
    long took = 0;
    while (true) {
      long now = System.nanoTime();
      // What answers slowly is left alone for as long as it took.
      long due = Math.max(services.limits().looks().next(user, now, took), now + took);
      pauseUntil(Math.min(due, deadline));
      long begin = System.nanoTime();
      try {
        return ofSameUser(decide.by(services.rights().get(), true));
      } catch (Refusal refusal) {
        String pending = refusal.pending().orElseThrow(() -> refusal);
        last = Optional.of(refusal);
        long end = System.nanoTime();
        if (end >= deadline) {
          throw ended(
              ExitStatus.TIMED_OUT,
              "no start within %d s: %s: wait longer, with --wait=5m, up to %dm"
                  .formatted(time.toSeconds(), pending, Invocation.Exec.MOST_WAITING.toMinutes()));
        }
        took = end - begin;
      }
    }
  }

  /** The account may be gone, its number another's, or the user database silent for a moment. */
  private Permission<PinnedTarget> ofSameUser(Permission<PinnedTarget> permission) throws Refusal {
    Operator operator = client.operator();
    String number = operator.uid().toString();
    boolean isNamed = operator.behalf().isEmpty() && !operator.user().equals(number);
    if (isNamed && !Users.name(operator.uid()).equals(operator.user())) {
      permission.close();
      String why =
          "no account says any more that uid %s is %s, who typed the line: ask root for it"
              .formatted(number, operator.user());
      throw Refusal.denied(why).pending(why);
    }
    return permission;
  }

  private void pauseUntil(long due) throws Refusal {
    do {
      Duration left = Duration.ofNanos(due - System.nanoTime());
      if (watch.endsWithin(left.compareTo(STEP) < 0 ? left : STEP)) {
        throw signalled(Signals.HUP, "the client ended before the container started");
      }
      if (order.get().orElse(null) instanceof EndOrder.Killed killed) {
        String why = "the wait was ended by %s with dbg kill".formatted(killed.by().user());
        client.reply().complain(why);
        throw signalled(Signals.TERM, why);
      }
      Optional<String> closed = services.running().closed();
      if (closed.isPresent()) {
        throw ended(ExitStatus.DBG_FAILED, closed.get());
      }
    } while (due - System.nanoTime() > 0);
    try {
      // The session waits for packets without a limit.
      client.connection().receiveWithin(Duration.ZERO);
    } catch (KernelException e) {
      throw ended(ExitStatus.DBG_FAILED, e.message());
    }
  }

  /** The client ends as if its tool had been ended so, unless it has said by which signal. */
  private Refusal signalled(int number, String message) {
    signal = signal.or(() -> Optional.of(new Outcome.Signalled(number)));
    return ended(signal.get().status(), message);
  }

  /** A refusal remains one, also for who reviews attempts. */
  private Refusal ended(int status, String message) {
    Refusal refusal = last.orElseThrow();
    return refusal.isDenied() ? refusal : Refusal.failed(status, message, refusal.detail());
  }

  SessionLimits.Place place() throws Refusal {
    return place.isPresent() ? place.get() : services.limits().take(user);
  }

  /** How many microseconds it waited; empty if it did not. */
  Optional<Long> waited() {
    return waited;
  }

  /** The last size of the client's terminal. */
  Terminal.Size window() {
    return window;
  }

  /** By which signal the client ends, once that is on record. */
  Optional<Outcome.Signalled> signal() {
    return signal;
  }

  @Override
  public void close() {
    place.ifPresent(SessionLimits.Place::close);
  }
}
