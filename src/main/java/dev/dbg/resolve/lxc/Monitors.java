package dev.dbg.resolve.lxc;

import dev.dbg.model.ResolvedBy;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.container.Silence;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How containers are at present, as their monitors say. A monitor that did not answer is not asked
 * again for some seconds, so that a session waits for it at most once: its child is looked for
 * instead.
 *
 * <p>For any thread.
 */
final class Monitors {
  private static final Duration LEFT_ALONE = Duration.ofSeconds(10);

  /** The most silent monitors that are remembered; any other one is waited for again. */
  private static final int MOST_SILENT = 1024;

  private final Map<CommandSocket, Silence> silences = new ConcurrentHashMap<>();

  /**
   * A container at present.
   *
   * @param state the word of a {@link dev.dbg.model.Target}
   * @param pid its first process, 0 if it does not run
   * @param evidence what is true of that process alone
   */
  record Present(String state, int pid, Evidence evidence, ResolvedBy way) {
    /** Of a container whose monitor is not asked, or does not answer. */
    static final Present UNKNOWN = stopped("unknown");

    static Present running(LxcState state, HeldInit init, ResolvedBy way) {
      return new Present(state.word(), init.pid().number(), init.evidence(), way);
    }

    static Present stopped(String state) {
      return new Present(state, 0, Evidence.NONE, ResolvedBy.API);
    }
  }

  /**
   * A container that exists.
   *
   * @throws RuntimeUnavailable if its monitor does not answer, and its child is not found either
   */
  Present of(Path lxcPath, String container) throws RuntimeUnavailable {
    CommandSocket socket = CommandSocket.of(lxcPath, container);
    Optional<String> silence = Optional.ofNullable(silences.get(socket)).flatMap(Silence::why);
    if (silence.isEmpty()) {
      try {
        Present told =
            socket
                .ask()
                .map(all -> Present.running(all.state(), all.init(), ResolvedBy.API))
                .orElseGet(() -> Present.stopped(LxcState.STOPPED.word()));
        silences.remove(socket);
        return told;
      } catch (NotTheMonitor e) {
        return Present.stopped("stopped; " + e.who());
      } catch (IOException e) {
        silence = Optional.of(String.valueOf(e.getMessage()));
        remember(socket, silence.get());
      }
    }
    Optional<HeldInit> child = SilentMonitor.init(lxcPath, container);
    if (child.isEmpty()) {
      throw new RuntimeUnavailable(silence.get() + "; no child of its monitor is found either");
    }
    return Present.running(LxcState.RUNNING, child.get(), ResolvedBy.DISK);
  }

  private void remember(CommandSocket socket, String why) {
    if (silences.size() < MOST_SILENT || silences.containsKey(socket)) {
      silences.computeIfAbsent(socket, _ -> Silence.lasting(LEFT_ALONE)).begins(why);
    }
  }
}
