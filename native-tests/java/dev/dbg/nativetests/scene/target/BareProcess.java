package dev.dbg.nativetests.scene.target;

import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.measure.Patience;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A process in its own namespaces, without any engine: {@code pid://N}. Not AutoCloseable: JUnit
 * would close it after the first test that has it as a parameter.
 */
public final class BareProcess implements Target {
  private final Running running;
  private final long pid;

  private BareProcess(Running running) {
    this(running, running.pid());
  }

  private BareProcess(Running running, long pid) {
    this.running = running;
    this.pid = pid;
  }

  /**
   * Starts the program {@code act wait}.
   *
   * @param options options of {@code unshare}
   */
  public static BareProcess in(String... options) {
    List<String> words = new ArrayList<>(List.of("unshare"));
    words.addAll(List.of(options));
    boolean rooted = List.of(options).contains("--root");
    words.add(rooted ? "/act" : World.get().program("act").toString());
    words.add("wait");
    // Once it prints that it waits, it is in the new namespaces.
    return new BareProcess(Command.of(words).start().prints("waiting"));
  }

  /**
   * Starts a test program as the first process of a new pid namespace.
   *
   * @param options further options of {@code unshare}
   */
  public static BareProcess firstIn(List<String> program, String... options) {
    List<String> words = new ArrayList<>(List.of("unshare", "--pid", "--fork", "--kill-child"));
    words.addAll(List.of(options));
    words.add(World.get().program(program.get(0)).toString());
    words.addAll(program.subList(1, program.size()));
    Running unshare = Command.of(words).start();
    String executed = World.get().program(program.get(0)).toString();
    Patience.until(
        executed + " runs",
        () -> childOf(unshare.pid()).filter(pid -> executed.equals(executable(pid))).isPresent(),
        unshare);
    return new BareProcess(unshare, childOf(unshare.pid()).orElseThrow());
  }

  private static Optional<Long> childOf(long pid) {
    return ProcessHandle.of(pid).stream()
        .flatMap(ProcessHandle::children)
        .map(ProcessHandle::pid)
        .findFirst();
  }

  private static String executable(long pid) {
    try {
      return Processes.link(pid, "exe");
    } catch (UncheckedIOException e) {
      return "";
    }
  }

  @Override
  public String name() {
    return "pid://" + pid;
  }

  @Override
  public long pid() {
    return pid;
  }

  public void ends() {
    // By its number it could be another program by now.
    if (!running.hasEnded()) {
      Processes.signal("KILL", pid);
      Ran _ = running.ends();
    }
  }
}
