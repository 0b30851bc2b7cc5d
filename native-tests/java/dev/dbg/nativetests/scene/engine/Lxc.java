package dev.dbg.nativetests.scene.engine;

import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.target.SystemContainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The host's LXC. Its containers have a root file system with the server, a few of the tests'
 * programs and nothing else, and no control over their names: {@code dbgt-*} are the tests'.
 */
public final class Lxc implements AutoCloseable {
  /** LXC's own default. */
  public static final Path DIRECTORY = Path.of("/var/lib/lxc");

  private final List<SystemContainer> containers = new ArrayList<>();

  /**
   * Makes and starts a container; one of that name, left by a run that was killed, is removed.
   *
   * @param config further lines of lxc.container.conf(5)
   */
  public SystemContainer starts(String name, String... config) {
    SystemContainer container = makes(name, config);
    container.restarts();
    return container;
  }

  /** Makes a container and leaves it stopped. */
  public SystemContainer makes(String name, String... config) {
    SystemContainer container = new SystemContainer(DIRECTORY, name, "lxc://" + name);
    container.stops();
    Path directory = DIRECTORY.resolve(name);
    String _ = Command.must("rm", "-rf", "--one-file-system", directory.toString());
    Path root = directory.resolve("rootfs");
    fill(root);
    List<String> lines =
        new ArrayList<>(
            List.of(
                "lxc.rootfs.path = dir:" + root,
                "lxc.uts.name = " + name,
                "lxc.net.0.type = empty",
                "lxc.apparmor.profile = unconfined",
                "lxc.mount.auto = proc:mixed sys:ro",
                "lxc.init.cmd = /server"));
    lines.addAll(List.of(config));
    try {
      Files.write(directory.resolve("config"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    containers.add(container);
    return container;
  }

  /** A root file system made from scratch: LXC needs the three directories to mount on. */
  static void fill(Path root) {
    try {
      for (String directory : List.of("dev", "proc", "sys")) {
        Files.createDirectories(root.resolve(directory));
      }
      for (String program : List.of("server", "act", "look")) {
        Files.copy(World.get().program(program), root.resolve(program));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String _ = Command.must("chmod", "-R", "u=rwX,go=rX", root.toString());
  }

  @Override
  public void close() {
    for (SystemContainer container : containers) {
      container.stops();
      String _ =
          Command.must(
              "rm",
              "-rf",
              "--one-file-system",
              DIRECTORY.resolve(container.name().substring("lxc://".length())).toString());
    }
  }
}
