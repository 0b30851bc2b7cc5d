package dev.dbg.nativetests.scene;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A second Docker engine, with {@code userns-remap}: root in its containers is an unprivileged user
 * on the host. It is started as {@code src/setup/docker.sh} starts engines.
 */
public final class RemappedDocker implements AutoCloseable {
  private static final String USER = "dbgt-remap";
  private static final String IDS = "2000000000-2000065535";
  private static final List<String> STEPS = List.of("steps", "process", "machine", "docker");

  private final Path directory;
  private final Engine engine;

  private RemappedDocker(Path directory) {
    this.directory = directory;
    this.engine = new Engine("docker", directory.resolve("docker.sock"));
  }

  public static RemappedDocker start() {
    removeUser();
    String _ = Command.must("useradd", "--system", "--user-group", USER);
    String _ = Command.must("usermod", "--add-subuids", IDS, "--add-subgids", IDS, USER);
    RemappedDocker docker = new RemappedDocker(World.get().file("remapped"));
    docker.shell(
        "docker_start $0 --userns-remap=%s || { tail -n 5 $0/engine.log; false; }".formatted(USER));
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

  private static void removeUser() {
    String _ = Command.must("sh", "-c", "! getent passwd $0 >/dev/null || userdel $0 2>&1", USER);
  }

  public Engine engine() {
    return engine;
  }

  public Path socket() {
    return engine.socket();
  }

  @Override
  public void close() {
    engine.tidyUp();
    shell("docker_stop $0");
    removeUser();
  }
}
