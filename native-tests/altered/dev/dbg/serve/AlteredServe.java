package dev.dbg.serve;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.kernel.Capabilities;
import dev.dbg.model.OperatorId;
import dev.dbg.model.Refusal;
import dev.dbg.model.Uid;
import dev.dbg.toolroot.ToolRoots;
import dev.dbg.tools.Tool;
import java.time.Duration;

/** What native tests put in places of {@code serve}. */
public interface AlteredServe {

  /** Has no warm-up sessions. */
  final class Unrehearsed {
    @InPlaceOf(WarmUp.class)
    static void runAll(DaemonServices agent, Server server) {}
  }

  /** Makes no tool ready before somebody runs it. */
  final class MakingNothingReady {
    @InPlaceOf(WarmUp.class)
    static void makeReady(Tool tool, ToolRoots roots) {}
  }

  /** Each user has 40 answers at once, and one more every second, however long an answer takes. */
  final class Slow {
    @InPlaceOf(value = RequestRate.class, name = "AT_ONCE")
    static int atOnce() {
      return 40;
    }

    @InPlaceOf(value = RequestRate.class, name = "EACH")
    static Duration each() {
      return Duration.ofSeconds(1);
    }

    @InPlaceOf(value = Duration.class, usedIn = Admission.class)
    static long dividedBy(Duration took, Duration part) {
      return 0;
    }
  }

  /** Counts a request once, however long it is. */
  final class CountingOnce {
    @InPlaceOf(Admission.class)
    static int countsMore(int size, Duration took) {
      return 0;
    }
  }

  /** Lets nobody wait. */
  final class Unpaced {
    @InPlaceOf(RequestRate.class)
    static boolean await(RequestRate rate, OperatorId user) {
      return false;
    }
  }

  /** Can start no thread for a client that it turns away. */
  final class OutOfThreads {
    @InPlaceOf(FloodReports.class)
    static void turnedAway(FloodReports floods, Caller caller, Refusal why) {
      if (!why.isDenied()) {
        throw new OutOfMemoryError("unable to create native thread");
      }
    }
  }

  /** Takes every uid for a user. */
  final class Credulous {
    @InPlaceOf(KnownUsers.class)
    static boolean needsNoAnswer(Uid uid) {
      return true;
    }
  }

  /** Leaves capabilities in effect in the threads that parse what clients send. */
  final class Powerful {
    @InPlaceOf(value = Capabilities.class, usedIn = Server.class)
    static void lower() {}
  }

  /** Is idle after a day. */
  final class NeverIdle {
    @InPlaceOf(value = IdleMemory.class, name = "AFTER")
    static Duration after() {
      return Duration.ofDays(1);
    }
  }
}
