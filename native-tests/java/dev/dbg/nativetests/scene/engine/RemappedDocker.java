package dev.dbg.nativetests.scene.engine;

import dev.dbg.nativetests.scene.machine.Machine;
import java.nio.file.Path;

/**
 * A second Docker engine, with {@code userns-remap}: root in its containers is an unprivileged user
 * on the host.
 */
public final class RemappedDocker implements AutoCloseable {
  private static final String USER = "dbgt-remap";
  private static final String IDS = "2000000000-2000065535";

  private final OwnDocker docker;

  private RemappedDocker(OwnDocker docker) {
    this.docker = docker;
  }

  public static RemappedDocker start() {
    removeUser();
    String _ = Machine.changesUsers("useradd", "--system", "--user-group", USER);
    String _ = Machine.changesUsers("usermod", "--add-subuids", IDS, "--add-subgids", IDS, USER);
    return new RemappedDocker(OwnDocker.start("remapped", "--userns-remap=" + USER));
  }

  private static void removeUser() {
    String _ =
        Machine.changesUsers("sh", "-c", "! getent passwd $0 >/dev/null || userdel $0 2>&1", USER);
  }

  public Engine engine() {
    return docker.engine();
  }

  public Path socket() {
    return engine().socket();
  }

  @Override
  public void close() {
    docker.close();
    removeUser();
  }
}
