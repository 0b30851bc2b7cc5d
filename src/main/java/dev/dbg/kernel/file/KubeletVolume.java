package dev.dbg.kernel.file;

import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jnr.ffi.Pointer;

/**
 * A ConfigMap as the kubelet mounts it into a container: {@code NAME -> ..data/NAME} and {@code
 * ..data -> ..TIME}, a directory. The kubelet writes a new one and then replaces the link {@code
 * ..data}, so that all files change at once, {@code atomic_writer.go}. No other link is followed.
 *
 * <p>The kubelet lets everybody write to the volume's directory. That does not matter if the mount
 * is read-only: on the node only root reaches that directory otherwise.
 *
 * @param directory where it is mounted
 */
public record KubeletVolume(Path directory) {
  private static final Path CURRENT = Path.of("..data");
  private static final Pattern TIME = Pattern.compile("\\.\\.[0-9_]{1,32}\\.[0-9]{1,32}");

  private static final int SIZE_OF_STATVFS = 256;
  private static final int AT_FLAG = 72;
  private static final long ST_RDONLY = 1;

  /** The volume at a directory; empty if there is none. */
  public static Optional<KubeletVolume> at(Path directory) {
    return Files.isSymbolicLink(directory.resolve(CURRENT))
        ? Optional.of(new KubeletVolume(directory))
        : Optional.empty();
  }

  /** Which state of the ConfigMap is there; another one after each change. */
  public String state() throws IOException {
    return Files.readSymbolicLink(directory.resolve(CURRENT)).toString();
  }

  /**
   * The texts of the files with this suffix, by the path that the volume's user sees.
   *
   * @throws IOException if somebody but root could have written one, or if there is another layout
   */
  public SortedMap<String, String> texts(String suffix) throws IOException {
    TrustedFile.requireTrustedParents(directory);
    requireTrusted(directory, true);
    String state = state();
    if (!TIME.matcher(state).matches()) {
      throw new IOException(
          "%s leads to %s: the kubelet never makes such a link: mount a ConfigMap there"
              .formatted(directory.resolve(CURRENT), state));
    }
    Path current = directory.resolve(state);
    requireTrusted(current, false);
    SortedMap<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.list(current)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        if (name.endsWith(suffix)) {
          texts.put(
              directory.resolve(name).toString(), TrustedFile.read(file, TrustedFile.LARGEST));
        }
      }
    }
    // A state that was removed meanwhile looks empty.
    if (!state().equals(state)) {
      throw new IOException("%s was replaced while it was read: try again".formatted(directory));
    }
    return texts;
  }

  private static void requireTrusted(Path path, boolean mayBeReadOnly) throws IOException {
    String name = path.toString();
    int flags = Native.O_RDONLY | Native.O_DIRECTORY | Native.O_NOFOLLOW;
    try (Fd fd = Fd.open(name, flags)) {
      FileStatus status = FileStatus.of(fd);
      if (status.uid() != 0) {
        throw new IOException("%s belongs to uid %d, not root".formatted(name, status.uid()));
      }
      if (status.isWritableByOthers() && !(mayBeReadOnly && isReadOnly(fd))) {
        throw new IOException(
            "%s can be written by others than root: mount the ConfigMap with readOnly: true"
                .formatted(name));
      }
    }
  }

  /** Whether nobody can write through this mount, statvfs(3). */
  private static boolean isReadOnly(Fd fd) throws KernelException {
    Pointer statvfs = Native.allocate(SIZE_OF_STATVFS);
    require("fstatvfs", "descriptor " + fd.number(), () -> LibC.fstatvfs(fd.number(), statvfs));
    try {
      return (statvfs.getLong(AT_FLAG) & ST_RDONLY) != 0;
    } finally {
      Reference.reachabilityFence(statvfs);
    }
  }
}
