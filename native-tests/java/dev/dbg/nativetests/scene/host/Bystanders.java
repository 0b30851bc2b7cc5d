package dev.dbg.nativetests.scene.host;

import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.target.SystemContainer;
import dev.dbg.nativetests.scene.target.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Programs of the tests that run beside a host's dbgd: they notice, hang, squat or keep silent.
 * Whichever still runs is ended after the host's tests.
 */
public final class Bystanders {
  private final List<Running> all = new ArrayList<>();
  private final Set<Path> mounted = new HashSet<>();

  Bystanders() {}

  /** Counts another one among them. */
  void include(Running other) {
    all.add(other);
  }

  /** Ends those that run. */
  void end() {
    all.stream()
        // By its number it could be another program by now.
        .filter(other -> !other.hasEnded())
        .forEach(other -> other.gets("KILL").ends());
    List.copyOf(mounted).forEach(this::removes);
  }

  /** Reports when one of these files, or addresses to connect to, is touched: {@code notice}. */
  public Running notices(List<String> what) {
    return notices(List.of(), what);
  }

  /** The same in the network namespace of a container. */
  public Running noticesIn(Target network, String... what) {
    return notices(List.of("nsenter", "-t", Long.toString(network.pid()), "-n"), List.of(what));
  }

  private Running notices(List<String> before, List<String> what) {
    List<String> words = new ArrayList<>(before);
    words.add(World.get().program("notice").toString());
    words.addAll(what);
    Running noticing = Command.of(words).start().prints("noticing");
    all.add(noticing);
    return noticing;
  }

  /** Listens at a socket, accepts and reads, and never answers; returns the socket. */
  public Path hangsAt(Path socket) {
    removes(socket);
    Running hanging =
        Command.of(World.get().program("serve").toString(), socket.toString(), "hang").start();
    all.add(hanging.prints("listening"));
    return socket;
  }

  /** Puts an engine's socket in the place of another that hangs; dbgd would follow no link. */
  public void answersAt(Path socket, Engine engine) {
    removes(socket);
    String _ = Command.must("touch", socket.toString());
    String _ = Command.must("mount", "--bind", engine.socket().toString(), socket.toString());
    mounted.add(socket);
  }

  private void removes(Path socket) {
    if (mounted.remove(socket)) {
      String _ = Command.must("umount", socket.toString());
    }
    String _ = Command.must("rm", "-f", socket.toString());
  }

  /**
   * Listens as a user under the name of a container's command socket, and answers that this process
   * is the container's first one.
   */
  public Running squats(String user, SystemContainer container, Target process) {
    return squats(user, container, Long.toString(process.pid()));
  }

  /** A user fills the queue of that name, so that nobody else is connected. */
  public Running fills(String user, SystemContainer container) {
    return squats(user, container, "full");
  }

  private Running squats(String user, SystemContainer container, String as) {
    Running squatting =
        Command.of(
                "setpriv",
                "--reuid",
                user,
                "--regid",
                user,
                "--clear-groups",
                World.get().program("squat").toString(),
                container.commandSocket(),
                as)
            .start();
    all.add(squatting);
    return squatting.prints("listening");
  }

  /** Mounts a file system that never answers on a directory, see {@code mute}. */
  public Running silences(Path directory) {
    Running mute =
        Command.of(World.get().program("mute").toString(), "deaf", directory.toString()).start();
    all.add(mute);
    return mute.prints("mounted");
  }

  /** Ends such a file system, and whoever waits for it goes on. */
  public void unmounts(Path directory, Running mute) {
    Ran _ = mute.gets("KILL").ends();
    String _ = Command.must("umount", "--lazy", directory.toString());
  }
}
