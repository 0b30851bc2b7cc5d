package dev.dbg.kernel.file;

/**
 * What was read of a file or a directory, with the stamp that it had before.
 *
 * @param isFinal whether any change since the reading began gives another stamp
 */
public record StampedContent<T>(T value, FileStamp stamp, boolean isFinal) {
  /** What is read, which may fail. */
  public interface Source<T, E extends Exception> {
    T read() throws E;
  }

  /**
   * Reads now.
   *
   * @param before the stamp of what is read, taken before
   */
  public static <T, E extends Exception> StampedContent<T> read(
      FileStamp before, Source<T, E> source) throws E {
    // Judged first: the reading may take longer than changes may have the same time.
    boolean isFinal = !before.equals(FileStamp.MISSING) && before.isSettled();
    return new StampedContent<>(source.read(), before, isFinal);
  }

  /** Whether reading what has this stamp now would give the same. */
  public boolean holds(FileStamp now) {
    return isFinal && stamp.equals(now);
  }
}
