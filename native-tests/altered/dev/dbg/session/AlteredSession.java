package dev.dbg.session;

import com.sun.management.ThreadMXBean;
import dev.dbg.altered.InPlaceOf;
import dev.dbg.altered.Pause;
import dev.dbg.authorize.Permission;
import dev.dbg.authorize.Rights;
import dev.dbg.enter.Entry;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.metrics.Counters;
import dev.dbg.model.OperatorId;
import dev.dbg.model.Outcome;
import dev.dbg.model.Refusal;
import dev.dbg.model.Target;
import dev.dbg.resolve.Resolver;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.container.TargetNotFound;
import dev.dbg.resolve.stopped.StoppedFiles;
import dev.dbg.wire.Reply;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What native tests put in places of {@code session}. */
public interface AlteredSession {

  /** Writes an INTENT so slowly that dbg-enter has prepared everything meanwhile. */
  final class SlowToRecord {
    @InPlaceOf(value = Supplier.class, usedIn = Session.class, usedBy = "enter")
    static Object get(Supplier<?> intent) {
      Pause.millis(700);
      return intent.get();
    }
  }

  /** Hands a client its streams twenty seconds after the start of the tool. */
  final class Slow {
    static final int LATER = 20_000;

    @InPlaceOf(value = Reply.class, usedIn = Session.class)
    static void handStreams(Reply reply, int mask, List<Fd> clients) {
      Pause.millis(LATER);
      reply.handStreams(mask, clients);
    }
  }

  /** The time limit begins only when the streams are handed over. */
  final class Lenient {
    @InPlaceOf(value = ScheduledExecutorService.class, usedIn = Supervisor.class, usedBy = "run")
    static ScheduledFuture<?> schedule(
        ScheduledExecutorService deadlines, Runnable work, long delay, TimeUnit unit) {
      return deadlines.schedule(work, delay + unit.convert(Duration.ofMillis(Slow.LATER)), unit);
    }
  }

  /** Fails when the tool has run for a second. */
  final class Failing {
    @InPlaceOf(value = LogFeed.class, usedIn = Session.class)
    static void begin(LogFeed log) {
      Pause.millis(1000);
      throw new IllegalStateException("the tests want it");
    }
  }

  /** As if a line's words had taken the stack while their record was made. */
  final class Deep {
    @InPlaceOf(value = RecordableWords.class, usedIn = SessionRecords.class, usedBy = "mistyped")
    static List<String> of(RecordableWords kept, List<String> words) {
      if (words.isEmpty()) {
        return words;
      }
      throw new StackOverflowError();
    }
  }

  /** Leaves a tool to itself when something fails. */
  final class LenientAfterFailure {
    @InPlaceOf(Supervisor.class)
    static Entry.End afterFailure(
        Supervisor supervisor, Throwable why, CompletableFuture<Entry.End> end) {
      throw new IllegalStateException(why);
    }
  }

  /** Waits for the end of a dbg-enter however long the kernel holds it. */
  final class Patient {
    @InPlaceOf(value = Supervisor.class, usedBy = "run")
    static void letGoSoon(Supervisor supervisor) {}
  }

  /** Looks for a file that nobody needs, and starts a thread that does nothing. */
  final class Wasteful {
    @InPlaceOf(value = Reply.class, usedIn = Session.class)
    static void end(Reply reply, Outcome outcome) {
      boolean _ = new File("/etc/nobody-reads-this").exists();
      Thread _ = Thread.ofPlatform().start(() -> {});
      reply.end(outcome);
    }
  }

  /** Says after each session how many bytes it has allocated since its start. */
  final class Telling {
    @InPlaceOf(value = Reply.class, usedIn = Session.class)
    static void end(Reply reply, Outcome outcome) {
      System.err.println(
          "allocated so far: "
              + ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                  .getTotalThreadAllocatedBytes());
      reply.end(outcome);
    }
  }

  /** Says after each session how many classes dbgd has loaded since its start. */
  final class TellingClasses {
    @InPlaceOf(value = Reply.class, usedIn = Session.class)
    static void end(Reply reply, Outcome outcome) {
      System.err.println(
          "loaded so far: " + ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount());
      reply.end(outcome);
    }
  }

  /** Does not count sessions. */
  final class Uncounted {
    @InPlaceOf(value = Counters.class, usedIn = Session.class)
    static void ended(Counters counters, String tool, Outcome outcome, Duration took) {}
  }

  /** Waits between the decision and the look at the files of what does not run. */
  final class SlowToFindFiles {
    /** A directory that it makes when it waits. */
    public static final String DECIDED = "/run/dbgt-image-decided";

    /** The file for which it waits. */
    public static final String GO_ON = "/run/dbgt-image-go-on";

    @InPlaceOf(value = Resolver.class, usedIn = Session.class)
    static StoppedFiles files(Resolver resolver, Target target)
        throws TargetNotFound, RuntimeUnavailable {
      Pause.until(DECIDED, GO_ON);
      return resolver.files(target);
    }
  }

  /** Waits between the decision and the look at what a log or a status is asked of. */
  final class SlowToAsk {
    /** A directory that it makes when it waits. */
    public static final String DECIDED = "/run/dbgt-status-decided";

    /** The file for which it waits. */
    public static final String GOES_ON = "/run/dbgt-status-goes-on";

    @InPlaceOf(value = PinnedTarget.class, usedIn = LogFeed.class, usedBy = "source")
    static Target target(PinnedTarget pinned) {
      Pause.until(DECIDED, GOES_ON);
      return pinned.target();
    }
  }

  /** Lists no session that waits for a start. */
  final class Unlisted {
    @InPlaceOf(value = RunningSessions.class, usedIn = Session.class, usedBy = "<init>")
    static void add(RunningSessions all, RunningSession waiting) {}
  }

  /** Gives whoever waits for a start no place of their own. */
  final class WithoutPlaces {
    @InPlaceOf(value = SessionLimits.class, usedIn = StartWait.class, usedBy = "await")
    static SessionLimits.@Nullable Place take(SessionLimits limits, OperatorId user) {
      return null;
    }

    @InPlaceOf(value = Optional.class, usedIn = StartWait.class, usedBy = "await")
    static Optional<Object> of(@Nullable Object value) {
      return Optional.ofNullable(value);
    }
  }

  /** Decides after a wait by the rules that there were before. */
  final class WithOldRights {
    private static final Map<StartWait.Decide, Rights> FIRST =
        Collections.synchronizedMap(new WeakHashMap<>());

    @InPlaceOf(value = StartWait.Decide.class, usedIn = StartWait.class)
    static Permission<PinnedTarget> by(StartWait.Decide decide, Rights rights, boolean again)
        throws Refusal {
      return decide.by(FIRST.computeIfAbsent(decide, _ -> rights), again);
    }
  }

  /** Does not look after a wait whether the account is the same. */
  final class WithOldAccounts {
    @InPlaceOf(StartWait.class)
    static Permission<PinnedTarget> ofSameUser(
        StartWait start, Permission<PinnedTarget> permission) {
      return permission;
    }
  }

  /** Watches a client for a moment each, also after the wait. */
  final class WatchingOn {
    @InPlaceOf(value = UnixConnection.class, usedIn = StartWait.class)
    static void receiveWithin(UnixConnection connection, Duration time) {}
  }

  /** Keeps the words of unknown tools. */
  final class KeepingWords {
    @InPlaceOf(value = Stream.class, usedIn = RecordableWords.class, usedBy = "arguments")
    static Stream<?> map(Stream<?> words, Function<?, ?> hidden) {
      return words;
    }
  }
}
