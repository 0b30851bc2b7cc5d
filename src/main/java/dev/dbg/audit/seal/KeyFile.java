package dev.dbg.audit.seal;

import dev.dbg.audit.file.PrivateFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The secret keys of the current epoch and of the next, {@code seal.key} in the log's directory,
 * mode 0600.
 *
 * <p>The file has two slots of one block each; the key of an even epoch is in the first, that of an
 * odd epoch in the second. When an epoch ends, its key is overwritten in place with the key of the
 * epoch after the next, and synced; from then on the old key exists nowhere. There are two keys
 * because the seal that ends an epoch names the next epoch's key. That key must be on the disk
 * before the seal is; otherwise a crash between the two would break the chain of seals.
 *
 * <p>For one thread at a time.
 */
public final class KeyFile implements Closeable {
  public static final String FILE = "seal.key";

  /**
   * The keys that verify the seals, one on each line, as {@code dbgd verify --key} reads them: the
   * first of each {@link #FILE} that was made here. They are public. Whoever can change the log can
   * change this file too, so it is only where an administrator gets the copy to keep elsewhere.
   */
  public static final String VERIFYING = "verify.key";

  private static final int SLOT = 512;
  private static final Pattern LINE =
      Pattern.compile("epoch (\\d{1,18}) secret ([0-9a-f]{64}) verifying ([0-9a-f]{64})\n");

  private final FileChannel file;
  private long epoch;
  private SealKey current;
  private SealKey next;

  private KeyFile(FileChannel file, long epoch, SealKey current, SealKey next) {
    this.file = file;
    this.epoch = epoch;
    this.current = current;
    this.next = next;
  }

  /**
   * Creates the file with the keys of epochs 0 and 1.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the file exists; it is never replaced
   */
  public static KeyFile create(Path directory) throws IOException {
    Path whole = directory.resolve(FILE);
    Path half = half(directory);
    if (Files.exists(whole)) {
      throw new FileAlreadyExistsException(whole.toString());
    }
    Files.deleteIfExists(half);
    SealKey first = SealKey.generate();
    SealKey second = SealKey.generate();
    try (FileChannel file =
        PrivateFiles.open(half, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      write(file, 0, first);
      write(file, 1, second);
    }
    // Before the keys are in force: a key that verifies nothing does no harm.
    try (FileChannel verifying = PrivateFiles.openLines(directory.resolve(VERIFYING))) {
      PrivateFiles.write(verifying, (first.verifying() + "\n").getBytes(StandardCharsets.US_ASCII));
      verifying.force(true);
    }
    // Unlike rename(2), link(2) fails if the file exists.
    Files.createLink(whole, half);
    Files.deleteIfExists(half);
    PrivateFiles.sync(directory);
    FileChannel file = FileChannel.open(whole, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return new KeyFile(file, 0, first, second);
  }

  /**
   * Creates the keys of a log, and its directory if that is missing.
   *
   * @return the key that verifies the first seal, and through it all others: 64 hexadecimal digits
   * @throws java.nio.file.FileAlreadyExistsException if the file exists
   */
  public static String setUp(Path directory) throws IOException {
    PrivateFiles.createDirectories(directory);
    try (KeyFile keys = create(directory)) {
      return keys.current().verifying();
    }
  }

  private static Path half(Path directory) {
    return directory.resolve(FILE + ".new");
  }

  /** Opens the file; empty if there is none. */
  public static Optional<KeyFile> open(Path directory) throws IOException {
    Path path = directory.resolve(FILE);
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    // A crash may have left it: another name of the same keys, which nobody hides or leaves out.
    Files.deleteIfExists(half(directory));
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      return Optional.of(of(path, file, read(file, 0), read(file, 1)));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** The public half of the current epoch's key. */
  public record Shown(long epoch, String verifying) {
    /** Whether this is the key that the seal names as the next one; nobody can make its secret. */
    public boolean follows(Seal seal) {
      return epoch == seal.epoch() + 1 && verifying.equals(seal.next());
    }
  }

  /** The current epoch; empty if the file is missing, damaged, or may not be read. */
  public static Optional<Shown> show(Path directory) {
    try (FileChannel file = FileChannel.open(directory.resolve(FILE), StandardOpenOption.READ)) {
      Optional<Slot> even = read(file, 0);
      Optional<Slot> odd = read(file, 1);
      return Stream.of(even, odd)
          .flatMap(Optional::stream)
          .min(Comparator.comparingLong(Slot::epoch))
          .map(slot -> new Shown(slot.epoch, slot.key.verifying()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * If one slot is damaged, a crash interrupted its overwriting: the other slot's epoch is current.
   */
  private static KeyFile of(Path path, FileChannel file, Optional<Slot> even, Optional<Slot> odd)
      throws IOException {
    if (even.isPresent() && odd.isPresent()) {
      boolean evenFirst = even.get().epoch < odd.get().epoch;
      Slot first = evenFirst ? even.get() : odd.get();
      Slot second = evenFirst ? odd.get() : even.get();
      if (second.epoch == first.epoch + 1) {
        return new KeyFile(file, first.epoch, first.key, second.key);
      }
    } else if (even.or(() -> odd).isPresent()) {
      Slot only = even.or(() -> odd).get();
      SealKey next = SealKey.generate();
      write(file, only.epoch + 1, next);
      return new KeyFile(file, only.epoch, only.key, next);
    }
    throw new IOException(
        path + " is damaged: move it away; dbgd then makes new keys, and verify says where");
  }

  private record Slot(long epoch, SealKey key) {}

  private static Optional<Slot> read(FileChannel file, int slot) throws IOException {
    byte[] bytes = PrivateFiles.read(file, (long) slot * SLOT, SLOT).array();
    Matcher line = LINE.matcher(new String(bytes, StandardCharsets.US_ASCII).replace("\0", ""));
    if (!line.matches()) {
      return Optional.empty();
    }
    SealKey key = new SealKey(HexFormat.of().parseHex(line.group(2)), line.group(3));
    long epoch = Long.parseLong(line.group(1));
    return epoch % 2 == slot && key.isWhole()
        ? Optional.of(new Slot(epoch, key))
        : Optional.empty();
  }

  private static void write(FileChannel file, long epoch, SealKey key) throws IOException {
    String line =
        "epoch %d secret %s verifying %s\n".formatted(epoch, key.secret(), key.verifying());
    ByteBuffer bytes = ByteBuffer.allocate(SLOT);
    bytes.put(line.getBytes(StandardCharsets.US_ASCII)).rewind();
    while (bytes.hasRemaining()) {
      int _ = file.write(bytes, epoch % 2 * SLOT + bytes.position());
    }
    file.force(true);
  }

  public long epoch() {
    return epoch;
  }

  public SealKey current() {
    return current;
  }

  public SealKey next() {
    return next;
  }

  /** Ends the epoch: overwrites its key in memory and on the disk. */
  public void evolve() throws IOException {
    SealKey afterNext = SealKey.generate();
    write(file, epoch + 2, afterNext);
    current.forget();
    current = next;
    next = afterNext;
    epoch++;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
