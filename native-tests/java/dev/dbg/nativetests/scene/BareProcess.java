package dev.dbg.nativetests.scene;

import java.util.ArrayList;
import java.util.List;

/**
 * A process in namespaces of its own, without any engine: {@code pid://N}. Not AutoCloseable: JUnit
 * would close it after the first test that it is a parameter of.
 */
public final class BareProcess implements Target {
  private final Running running;
  private final long pid;

  private BareProcess(Running running) {
    this.running = running;
    this.pid = running.pid();
  }

  /**
   * Starts the program {@code act wait}.
   *
   * @param options of {@code unshare}
   */
  public static BareProcess in(String... options) {
    List<String> words = new ArrayList<>(List.of("unshare"));
    words.addAll(List.of(options));
    boolean rooted = List.of(options).contains("--root");
    words.add(rooted ? "/act" : World.get().program("act").toString());
    words.add("wait");
    // When it says that it waits, it has entered what it unshared.
    return new BareProcess(Command.of(words).start().prints("waiting"));
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
    if (Processes.isAlive(pid)) {
      Ran _ = running.gets("KILL").ends();
    }
  }
}
