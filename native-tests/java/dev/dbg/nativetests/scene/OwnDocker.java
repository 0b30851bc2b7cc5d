package dev.dbg.nativetests.scene;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A second Docker engine of root, started as {@code src/setup/docker.sh} starts engines. */
public final class OwnDocker implements AutoCloseable {
  private static final List<String> STEPS = List.of("steps", "process", "machine", "docker");

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
    docker.shell(
        "docker_start $0 %s || { tail -n 5 $0/engine.log; false; }"
            .formatted(String.join(" ", options)));
    return docker;
  }

  private void shell(String line) {
    String sources =
        STEPS.stream().map("source src/setup/%s.sh; "::formatted).collect(Collectors.joining());
    String log = "steps_log_to " + World.get().file("engine-log") + "; ";
    String _ =
        Command.must(
            "bash", "-c", "set -euo pipefail; " + sources + log + line, directory.toString());
  }

  public Engine engine() {
    return engine;
  }

  /** Ends it with its containers, and starts it again with its state in another directory. */
  public void movesTo(String name) {
    shell("docker_start $0 --data-root $0/" + name);
    engine = new Engine("docker", engine.socket());
  }

  /** Stops dockerd, so that it takes requests and answers none. */
  public void freezes() {
    shell("kill -STOP $(cat $0/dockerd.pid)");
  }

  public void thaws() {
    shell("kill -CONT $(cat $0/dockerd.pid)");
  }

  @Override
  public void close() {
    engine.tidyUp();
    shell("docker_stop $0");
  }
}
