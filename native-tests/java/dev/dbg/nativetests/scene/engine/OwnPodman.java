package dev.dbg.nativetests.scene.engine;

import dev.dbg.nativetests.scene.machine.SetUp;
import dev.dbg.nativetests.scene.machine.World;
import java.nio.file.Path;

/** A second Podman of root with its service, started as {@code src/setup/podman.sh} starts them. */
public final class OwnPodman implements AutoCloseable {
  private static final SetUp SET_UP = SetUp.of("podman");

  private final Path directory;
  private final Engine engine;

  private OwnPodman(Path directory) {
    this.directory = directory;
    this.engine = new Engine("podman", directory.resolve("podman.sock"));
  }

  /**
   * Starts it.
   *
   * @param name of its directory
   */
  public static OwnPodman start(String name) {
    OwnPodman podman = new OwnPodman(World.get().file(name));
    SET_UP.does("podman_start $0 || { tail -n 5 $0/podman.log; false; }", podman.directory);
    return podman;
  }

  public Engine engine() {
    return engine;
  }

  /** Stops its service, so that it takes requests and answers none. */
  public void freezes() {
    SET_UP.does("kill -STOP $(process_pid $0/podman.pid)", directory);
  }

  public void thaws() {
    SET_UP.does("kill -CONT $(process_pid $0/podman.pid)", directory);
  }

  /** Ends its service at once, and starts it again; its containers run on. */
  public void restarts() {
    SET_UP.does(
        "kill -KILL $(process_pid $0/podman.pid) && process_stop $0/podman.pid && podman_start $0",
        directory);
  }

  @Override
  public void close() {
    engine.tidyUp();
    SET_UP.does("podman_stop $0", directory);
  }
}
