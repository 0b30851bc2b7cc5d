package dev.dbg.resolve.lxc;

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
   * A container that exists.
   *
   * @throws RuntimeUnavailable if its monitor does not answer, and its child is not found either
   */
  Present of(Path lxcPath, String container) throws RuntimeUnavailable {
    CommandSocket socket = CommandSocket.of(lxcPath, container);
    Optional<String> silence = Optional.ofNullable(silences.get(socket)).flatMap(Silence::why);
    if (silence.isEmpty()) {
      try {
        Present told = socket.ask();
        silences.remove(socket);
        return told;
      } catch (CommandSocket.NotTheMonitor e) {
        return Present.stopped("stopped; " + e.who());
      } catch (IOException e) {
        silence = Optional.of(String.valueOf(e.getMessage()));
        remember(socket, silence.get());
      }
    }
    String why = silence.get();
    return SilentMonitor.init(lxcPath, container)
        .orElseThrow(
            () -> new RuntimeUnavailable(why + "; no child of its monitor is found either"));
  }

  private void remember(CommandSocket socket, String why) {
    if (silences.size() < MOST_SILENT || silences.containsKey(socket)) {
      silences.computeIfAbsent(socket, _ -> Silence.lasting(LEFT_ALONE)).begins(why);
    }
  }
}
