package dev.dbg.nativetests.scene.engine;

import dev.dbg.nativetests.scene.machine.SetUp;
import dev.dbg.nativetests.scene.machine.World;
import java.nio.file.Path;

/** A second Docker engine of root, started as {@code src/setup/docker.sh} starts engines. */
public final class OwnDocker implements AutoCloseable {
  private static final SetUp SET_UP = SetUp.of("docker");

  private final Path directory;
  private Engine engine;

  private OwnDocker(Path directory) {
    this.directory = directory;
    this.engine = new Engine("docker", directory.resolve("docker.sock"));
  }

  /**
   * Starts it.
   *
   * @param name of its directory
   * @param options of dockerd
   */
  public static OwnDocker start(String name, String... options) {
    OwnDocker docker = new OwnDocker(World.get().file(name));
    SET_UP.does(
        "docker_start $0 %s || { tail -n 5 $0/engine.log; false; }"
            .formatted(String.join(" ", options)),
        docker.directory);
    return docker;
  }

  public Engine engine() {
    return engine;
  }

  /** Ends it with its containers, and starts it again with its state in another directory. */
  public void movesTo(String name) {
    SET_UP.does("docker_start $0 --data-root $0/" + name, directory);
    engine = new Engine("docker", engine.socket());
  }

  /** The same, with its state where it began, and another storage driver. */
  public void keepsItsLayersBy(String driver) {
    SET_UP.does("docker_start $0 --storage-driver " + driver, directory);
    engine = new Engine("docker", engine.socket());
  }

  /** Stops dockerd, so that it takes requests and answers none. */
  public void freezes() {
    SET_UP.does("kill -STOP $(cat $0/dockerd.pid)", directory);
  }

  public void thaws() {
    SET_UP.does("kill -CONT $(cat $0/dockerd.pid)", directory);
  }

  @Override
  public void close() {
    engine.tidyUp();
    SET_UP.does("docker_stop $0", directory);
  }
}
