package dev.dbg.kernel.process;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.file.StampedContent;
import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.model.Uid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The uids that users may take besides their own, subuid(5): {@code newuidmap} gives them to the
 * processes of a user namespace. Read again when the file has changed; otherwise a look costs one
 * statx(2).
 *
 * <p>For any thread.
 */
public final class SubordinateIds {
  private static final Logger LOG = LoggerFactory.getLogger(SubordinateIds.class);
  private static final Path UIDS = Path.of("/etc/subuid");
  private static final long LARGEST = 0xFFFF_FFFFL;

  private final Path file;
  private volatile @Nullable StampedContent<Table> read;

  /** Those of a file with the form of subuid(5). */
  public SubordinateIds(Path file) {
    this.file = file;
  }

  /** The user ids. */
  public static SubordinateIds uids() {
    return new SubordinateIds(UIDS);
  }

  /**
   * A line of the file.
   *
   * @param owner a user's name or number, as written
   * @param last included
   */
  public record Range(String owner, long first, long last) {
    /** The owner's uid; empty if there is no such user. It may ask a network. */
    public Optional<Uid> ownerUid() {
      return Users.account(owner).map(Users.Account::uid).or(() -> Uid.parse(owner));
    }

    /**
     * Whether an id of the range is somebody else's. Root may be anybody, so an id is not root's
     * because root may give it to a container.
     *
     * @param owner {@link #ownerUid}
     */
    public boolean isAnothers(Uid uid, Optional<Uid> owner) {
      return owner.isEmpty() || !(owner.get().equals(Uid.ROOT) || owner.get().equals(uid));
    }
  }

  /**
   * What the file says. Immutable.
   *
   * @param trouble why it cannot be read, and what to do; then there are no ranges
   */
  public record Table(List<Range> ranges, Optional<String> trouble) {
    private static final Table EMPTY = new Table(List.of(), Optional.empty());

    public Table {
      ranges = List.copyOf(ranges);
    }

    /** The ranges that the uid is in; ranges may overlap. */
    public List<Range> with(Uid uid) {
      return ranges.stream()
          .filter(range -> range.first <= uid.number() && uid.number() <= range.last)
          .toList();
    }
  }

  /** What the file says now; the same object while the file is the same. */
  public Table now() {
    FileStamp stamp = FileStamp.of(file);
    if (stamp.equals(FileStamp.MISSING)) {
      return Table.EMPTY;
    }
    StampedContent<Table> known = read;
    if (known == null || !known.holds(stamp)) {
      known = StampedContent.read(stamp, this::table);
      read = known;
    }
    return known.value();
  }

  private Table table() {
    try {
      return new Table(ranges(TrustedFile.read(file), file.toString()), Optional.empty());
    } catch (IOException e) {
      String trouble = String.valueOf(e.getMessage());
      LOG.error("only users with an account are served: {}", trouble);
      return new Table(List.of(), Optional.of(trouble));
    }
  }

  /** The ranges of the lines; a line that newuidmap might understand and this does not fails. */
  static List<Range> ranges(String text, String name) throws IOException {
    List<Range> ranges = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      try {
        String[] fields = line.split(":", -1);
        long first = number(fields[1]);
        long count = number(fields[2]);
        if (count > 0 && first <= LARGEST) {
          ranges.add(new Range(fields[0], first, Math.min(first + count - 1, LARGEST)));
        }
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw new IOException(
            "%s:%d: not NAME:FIRST:COUNT: correct the line, or remove it".formatted(name, number),
            e);
      }
    }
    return ranges;
  }

  /** As newuidmap reads it, strtoul(3): also octal and hexadecimal. */
  private static long number(String text) {
    if (!text.matches("0|[1-9][0-9]{0,9}|0[0-7]{1,11}|0[xX][0-9a-fA-F]{1,8}")) {
      throw new NumberFormatException(text);
    }
    return Long.decode(text);
  }
}
