package dev.dbg.kernel.file;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;
import dev.dbg.model.RawText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * A file for everybody to read that is always whole: a new one is written beside it and renamed,
 * rename(2).
 *
 * <p>Others than root may own a directory above the file's, such as {@code /var/lib/prometheus}. So
 * the path is opened without following a link, openat2(2), the directory must be root's, and all
 * that follows happens in the opened directory, whatever its path leads to by then.
 */
public final class ReplacedFile {
  private static final int RESOLVE_NO_MAGICLINKS = 0x02;
  private static final int RESOLVE_NO_SYMLINKS = 0x04;

  private static final String ASIDE = ".new";

  private ReplacedFile() {}

  /**
   * Replaces the file, or creates it.
   *
   * @throws IOException if the directory is missing, reached by a link, not root's or writable by
   *     others, or if the file cannot be written; the old file then stays
   */
  public static void write(Path path, byte[] content) throws IOException {
    String directory = String.valueOf(path.getParent());
    String name = String.valueOf(path.getFileName());
    try (Fd held = opened(directory)) {
      replace(Path.of(held.path()), name, content);
    } catch (FileSystemException e) {
      // Its path is that of a descriptor.
      String why = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
      throw new IOException("%s in %s".formatted(why, directory), e);
    }
  }

  /** Returns why the file cannot be replaced, or be read by other users; empty if it can. */
  public static Optional<String> trouble(Path path) {
    String directory = String.valueOf(path.getParent());
    try (Fd held = opened(directory)) {
      Path opened = Path.of(held.path());
      if (!Files.isWritable(opened)) {
        return Optional.of(
            "%s cannot be written: see ReadWritePaths= of dbgd.service".formatted(directory));
      }
      Set<PosixFilePermission> modes = Files.getPosixFilePermissions(opened);
      boolean forGroup =
          modes.contains(PosixFilePermission.GROUP_EXECUTE)
              && !Files.getAttribute(opened, "unix:gid").equals(0);
      return forGroup || modes.contains(PosixFilePermission.OTHERS_EXECUTE)
          ? Optional.empty()
          : Optional.of(
              "only root can reach files in %s: chmod go+rx %s"
                  .formatted(directory, RawText.quoted(directory.toString())));
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static void replace(Path directory, String name, byte[] content) throws IOException {
    Path aside = directory.resolve(name + ASIDE);
    // What a killed dbgd left there.
    boolean _ = Files.deleteIfExists(aside);
    try {
      create(aside, content);
      Path _ = Files.move(aside, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      boolean _ = Files.deleteIfExists(aside);
      throw e;
    }
  }

  private static Fd opened(String directory) throws IOException {
    Fd held = withoutLinks(directory);
    try {
      FileStatus status = FileStatus.of(held);
      if (status.uid() != 0 || status.isWritableByOthers()) {
        throw new IOException(
            "others than root can write in %1$s: chown root %2$s && chmod go-w %2$s"
                .formatted(directory, RawText.quoted(directory.toString())));
      }
      return held;
    } catch (IOException e) {
      held.close();
      throw e;
    }
  }

  private static Fd withoutLinks(String directory) throws IOException {
    try {
      return Fd.openAt2(
          Native.AT_FDCWD,
          directory,
          Native.O_DIRECTORY | Native.O_PATH,
          RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
          directory);
    } catch (KernelException e) {
      if (e.isLink()) {
        throw new IOException(
            "a symbolic link is on the way to %s: name the directory itself".formatted(directory),
            e);
      }
      throw e;
    }
  }

  private static void create(Path aside, byte[] content) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            aside,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        int _ = file.write(left);
      }
    }
    // The mode at creation is subject to the umask.
    Path _ = Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString("rw-r--r--"));
  }
}
