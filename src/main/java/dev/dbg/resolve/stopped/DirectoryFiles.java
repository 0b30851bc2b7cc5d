package dev.dbg.resolve.stopped;

import dev.dbg.kernel.file.RootsPath;
import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.model.RawText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Those of LXC and of machines: one directory, over which the host's are mounted. */
public final class DirectoryFiles {
  /** systemd.nspawn(5). */
  private static final List<Path> MACHINES =
      List.of(Path.of("/etc/systemd/nspawn"), Path.of("/run/systemd/nspawn"));

  private final StoppedMounts mounted = new StoppedMounts(List.of());
  private String root = "";
  private boolean isMapped;
  private boolean includes;

  /**
   * Those of a container of LXC, lxc.container.conf(5).
   *
   * @param lxc the directory that has one for each container
   */
  public static StoppedFiles ofLxc(Path lxc, String name) throws IOException {
    Path real = TrustedFile.realPath(lxc);
    DirectoryFiles its = new DirectoryFiles();
    its.read(real.resolve(name).resolve("config"));
    if (its.isMapped) {
      throw new IOException("it has a user namespace, in which its files have other owners");
    }
    if (its.includes) {
      throw new IOException("its configuration has lxc.include below lxc.rootfs.path");
    }
    if (!its.root.startsWith("/")) {
      throw new IOException(
          "its configuration must say lxc.rootfs.path = dir:PATH, not '%s'".formatted(its.root));
    }
    Path path = Path.of(its.root).normalize();
    Path root = path.startsWith(lxc) ? real.resolve(lxc.relativize(path)) : path;
    if (!isInside(root, real.resolve(name))) {
      throw new IOException("%s lies outside of %s".formatted(root, lxc.resolve(name)));
    }
    return its.in(root);
  }

  private static boolean isInside(Path root, Path own) {
    return root.startsWith(own) && !root.equals(own);
  }

  /** Those of the machine that has this directory, as {@link #ofLxc}. */
  public static StoppedFiles ofMachine(Path directory) throws IOException {
    DirectoryFiles its = new DirectoryFiles();
    for (Path machines : MACHINES) {
      Path settings = machines.resolve(directory.getFileName() + ".nspawn");
      if (Files.exists(settings)) {
        its.read(settings);
      }
    }
    return its.in(directory);
  }

  private StoppedFiles in(Path root) throws IOException {
    RootsPath.requireDirectory(root);
    return mounted.over(List.of(root));
  }

  private void read(Path file) throws IOException {
    RawText.pieces(RootsPath.read(file), '\n')
        .forEach(
            line -> {
              int equals = line.indexOf('=');
              if (equals > 0) {
                take(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
              }
            });
  }

  /** A comment has no key that is known. */
  private void take(String key, String value) {
    switch (key) {
      case "lxc.rootfs.path" -> {
        root = value.replaceFirst("^dir:", "");
        includes = false;
      }
      case "lxc.include" -> includes = true;
      case "lxc.idmap" -> isMapped |= !value.isEmpty();
      case "lxc.mount.fstab" -> mounted.hide("the places in " + value);
      case "lxc.mount.entry" ->
          hide(value.replaceFirst("^\\S+\\s+/*", "").replaceFirst("\\s.*", ""));
      default -> {
        if (key.matches("(Bind|Overlay)(ReadOnly)?|TemporaryFileSystem")) {
          // One path, or two with a colon between them, and options.
          hide(value.replaceFirst("^.*:/", "").replaceFirst("^/", "").replaceFirst(":.*", ""));
        }
      }
    }
  }

  private void hide(String destination) {
    if (!StoppedMounts.isMade("/" + destination)) {
      mounted.hide("/" + destination);
    }
  }
}
