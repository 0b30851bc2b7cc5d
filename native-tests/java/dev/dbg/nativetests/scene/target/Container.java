package dev.dbg.nativetests.scene.target;

import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.Text;
import dev.dbg.nativetests.scene.measure.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A container of a real engine. */
public final class Container implements Target {
  private final Client engine;
  private final String name;
  private final String id;

  public Container(Client engine, String name, String id) {
    this.engine = engine;
    this.name = name;
    this.id = id;
  }

  @Override
  public String name() {
    return name;
  }

  public String id() {
    return id;
  }

  @Override
  public long pid() {
    return Long.parseLong(engine.client(List.of("inspect", "--format", "{{.State.Pid}}", id)));
  }

  /** The id of its image. */
  public String image() {
    return engine.client(List.of("inspect", "--format", "{{.Image}}", id));
  }

  /** The differences from its image, sorted: {@code docker diff}. */
  public List<String> changes() {
    return engine.client(List.of("diff", id)).lines().sorted().toList();
  }

  /** Its mounts as its first process sees them, proc_pid_mountinfo(5). */
  public String mounts() {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid()), "mountinfo"), Text.BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs one of its own programs in it, with the rights of its owner: {@code docker exec}. */
  public Ran executes(String... words) {
    return starts(words).ends();
  }

  /** Starts one of its own programs in it. */
  public Running starts(String... words) {
    return Command.of(engine.words(Stream.concat(Stream.of("exec", id), Stream.of(words)).toList()))
        .start();
  }

  /** Waits until its first process has printed {@code text}. */
  public Container prints(String text) {
    Patience.until(
        name + " prints " + text, () -> engine.client(List.of("logs", id)).contains(text));
    return this;
  }

  /** Waits until the server of the demo, which is its first process, has opened its last socket. */
  public Container listens() {
    Path sockets = Path.of("/proc", Long.toString(pid()), "net/tcp");
    Patience.until(name + " listens", () -> hasListener(sockets));
    return this;
  }

  /** Port 3000 in the state TCP_LISTEN, proc_pid_net(5). */
  private static boolean hasListener(Path sockets) {
    try (Stream<String> lines = Files.lines(sockets, Text.BYTES)) {
      return lines.anyMatch(line -> line.contains(":0BB8 00000000:0000 0A "));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void stops() {
    String _ = engine.client(List.of("stop", "--time", "5", id));
  }

  public void isKilled() {
    String _ = engine.client(List.of("kill", id));
  }

  /** Makes its engine notice that it has ended; stopping it may fail, as it no longer runs. */
  public void isFoundDead() {
    Ran _ = Command.of(engine.words(List.of("rm", "--force", id))).run();
  }

  public void pauses() {
    String _ = engine.client(List.of("pause", id));
  }

  public void isRenamed(String other) {
    String _ = engine.client(List.of("rename", id, other));
  }

  public void isRemoved() {
    String _ = engine.client(List.of("rm", "--force", id));
  }

  /** Starts it again after it has ended. */
  public void isStarted() {
    String _ = engine.client(List.of("start", id));
  }

  /** The same right after its process was killed: a user's Podman has once refused it then. */
  public void restartsInTheEnd() {
    Patience.until("it is restarted", this::canRestart);
  }

  private boolean canRestart() {
    try {
      restarts();
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  public void restarts() {
    String _ = engine.client(List.of("restart", "--time", "5", id));
  }
}
