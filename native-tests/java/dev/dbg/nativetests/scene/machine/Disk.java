package dev.dbg.nativetests.scene.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small separate file system, tmpfs(5), that a test may fill and make read-only. */
public final class Disk implements AutoCloseable {
  private final Path mount;
  private final Path filler;

  private Disk(Path mount) {
    this.mount = mount;
    this.filler = mount.resolve("filler");
  }

  /**
   * Mounts a file system over a directory, for root only.
   *
   * @param size as mount(8) takes it
   */
  public static Disk over(Path directory, String size) {
    String _ =
        Command.must(
            "mount",
            "-t",
            "tmpfs",
            "-o",
            "mode=0700,nosuid,nodev,size=" + size,
            "dbgt-disk",
            directory.toString());
    return new Disk(directory);
  }

  /** Uses up all free space, as any other user of the log's disk could. */
  public void isFilled() {
    String _ =
        Command.must(
            "sh", "-c", "! dd if=/dev/zero of=" + filler + " bs=4k 2>/dev/null; test -s " + filler);
    if (mount.toFile().getUsableSpace() > 0) {
      throw new AssertionError("there is room left on " + mount);
    }
  }

  /** Releases the space that was used up. */
  public void isFreed() {
    try {
      Files.delete(filler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Remounts it read-only. The kernel refuses if a file on it is open for writing, mount(2). */
  public void becomesReadOnly() {
    remounts("ro");
  }

  public void becomesWritable() {
    remounts("rw");
  }

  private void remounts(String how) {
    String _ = Command.must("mount", "-o", "remount," + how, mount.toString());
  }

  @Override
  public void close() {
    String _ = Command.must("umount", mount.toString());
  }
}
