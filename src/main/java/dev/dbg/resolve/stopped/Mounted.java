package dev.dbg.resolve.stopped;

import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.resolve.stopped.KeptFiles.Volume;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a runtime mounts over a container's layers. Of this, what lies below a directory of somebody
 * else than root is left out: whoever owns that could have put a link there, to a file that only
 * root may read.
 */
final class Mounted {
  private final List<Volume> volumes = new ArrayList<>();
  private final List<String> hidden = new ArrayList<>();

  /** Something of the host's. */
  void add(String source, String destination) {
    try {
      Path path = Path.of(source);
      TrustedFile.requireTrustedParents(path);
      if (path.isAbsolute()
          && destination.startsWith("/")
          && destination.indexOf('\0') < 0
          && (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
              || Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))) {
        volumes.add(new Volume(path, destination));
        return;
      }
    } catch (IOException | InvalidPathException e) {
      // It is left out.
    }
    hidden.add(destination);
  }

  /** A volume of Docker's. One with options, such as one by NFS, is itself mounted at a start. */
  void addVolume(String source, String destination) {
    String options = source.substring(0, source.lastIndexOf('/') + 1) + "opts.json";
    if (new File(options).exists()) {
      hidden.add(destination);
    } else {
      add(source, destination);
    }
  }

  KeptFiles over(List<Path> layers) {
    volumes.sort(Comparator.comparing(Volume::destination));
    return new KeptFiles(layers, volumes, hidden.stream().sorted().toList());
  }
}
