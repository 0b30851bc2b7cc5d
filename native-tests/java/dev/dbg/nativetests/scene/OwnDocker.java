package dev.dbg.nativetests.scene;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A second Docker engine of root, started as {@code src/setup/docker.sh} starts engines. */
public final class OwnDocker implements AutoCloseable {
  private static final List<String> STEPS = List.of("steps", "process", "machine", "docker");

  private final Path directory;
  private final Engine engine;

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

  @Override
  public void close() {
    engine.tidyUp();
    shell("docker_stop $0");
  }
}
