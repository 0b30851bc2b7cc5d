package dev.dbg.resolve.stopped;

import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.resolve.stopped.StoppedFiles.Volume;
import dev.dbg.resolve.untrusted.JsonFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * What a runtime mounts over a container's layers. Of this, only what the engine keeps below its
 * own directories is shown: nobody but root can have put a link or a file system there. All else is
 * left out and named, such as directories of the host's.
 */
final class StoppedMounts {
  /** As many as dbg-enter takes. */
  private static final int MOST = 128;

  /** The fields of such mounts that are read. */
  static final Set<String> MOUNTS =
      Set.of("mounts.#.destination", "mounts.#.type", "mounts.#.source");

  /** What a runtime makes anew for each start. */
  private static final List<String> MADE = List.of("/dev/", "/proc/", "/sys/");

  private final List<Path> roots;
  private final List<Volume> volumes = new ArrayList<>();
  private final List<String> hidden = new ArrayList<>();

  /** {@code roots} are the engine's directories, without links. */
  StoppedMounts(List<Path> roots) {
    this.roots = roots;
  }

  /** Whether it is made for a start, and nothing of it is kept. */
  static boolean isMade(String destination) {
    return MADE.stream().anyMatch((destination + "/")::startsWith);
  }

  void add(String source, String destination) {
    try {
      Path path = Path.of(source).normalize();
      if (roots.stream().anyMatch(path::startsWith)
          && destination.startsWith("/")
          && destination.indexOf('\0') < 0) {
        TrustedFile.requireTrustedParents(path);
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
            || Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          volumes.add(new Volume(path, destination));
          return;
        }
      }
    } catch (IOException | InvalidPathException e) {
      // It is left out.
    }
    hide(destination);
  }

  /** A mount of the OCI's runtime specification. */
  void take(JsonFields mount) {
    String destination = mount.text("destination");
    if (isMade(destination)) {
      return;
    }
    if (mount.text("type").equals("bind")) {
      add(mount.text("source"), destination);
    } else {
      hide(destination);
    }
  }

  /** Names what is left out. */
  void hide(String destination) {
    hidden.add(destination);
  }

  StoppedFiles over(List<Path> layers) throws IOException {
    if (volumes.size() > MOST) {
      throw new IOException("it has more than %d volumes".formatted(MOST));
    }
    volumes.sort(Comparator.comparing(Volume::destination));
    return new StoppedFiles(layers, false, volumes, hidden.stream().sorted().toList());
  }
}
