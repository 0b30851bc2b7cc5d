package dev.dbg.audit.recording;

import dev.dbg.model.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Limits the disk space of recordings, per user and in all. A running session counts with the most
 * that it may write, so recordings never take the space that the log needs.
 *
 * <p>The files are counted at the first request, and again before a refusal: removing old segments
 * frees space without notice. For any thread.
 *
 * @param perUser bytes of one user's recordings
 * @param all bytes of all recordings
 * @param forLog bytes of the disk that are kept free for the log
 */
public record RecordingQuota(Path log, long perUser, long all, long forLog, Taken taken) {
  /** The size of a file is rounded up to blocks. */
  private static final long BLOCK = 4096;

  /** Older recordings do not name their user. */
  private static final String UNKNOWN = "";

  private static final Pattern HEADING =
      Pattern.compile("Script of dbg session [0-9a-f]{16} of uid (\\d{1,10}|kube-[0-9a-f]{16})\n");

  private static final int LONGEST_HEADING = 80;

  private static final Pattern FILE = Pattern.compile("([0-9a-f]{16})\\.(out|timing)");

  public RecordingQuota(Path log, long perUser, long all, long forLog) {
    this(log, perUser, all, forLog, new Taken());
  }

  /** The space taken by finished recordings and by running sessions. */
  static final class Taken {
    // Null until it is counted.
    private @Nullable Map<String, Long> onDisk;
    private final Map<String, Share> goingOn = new HashMap<>();
  }

  private record Share(String whose, long most) {}

  /** There is no room. The message says which limit is reached, and what to do. */
  public static final class Full extends Failure {
    Full(String message) {
      super(message);
    }
  }

  /** The first line of a recording. */
  static String heading(String session, String whose) {
    return "Script of dbg session %s of uid %s\n".formatted(session, whose);
  }

  /**
   * Reserves {@code most} bytes for both files of a session together, until {@link #settle}.
   *
   * @param whose the operator's token
   */
  void take(String session, String whose, long most) throws Full, IOException {
    synchronized (taken) {
      boolean counted = taken.onDisk == null;
      if (counted) {
        taken.onDisk = count();
      }
      String trouble = trouble(whose, most);
      if (!trouble.isEmpty() && !counted) {
        taken.onDisk = count();
        trouble = trouble(whose, most);
      }
      if (!trouble.isEmpty()) {
        throw new Full(trouble);
      }
      taken.goingOn.put(session, new Share(whose, most));
    }
  }

  /** Ends a session's reservation: from then on only its files count. */
  void settle(RecordingFiles files) {
    synchronized (taken) {
      Share share = taken.goingOn.remove(files.session());
      if (share != null && taken.onDisk != null) {
        long size = files.both().stream().mapToLong(file -> room(file.toFile().length())).sum();
        if (files.output().toFile().exists()) {
          long _ = taken.onDisk.merge(share.whose, size, Long::sum);
        }
      }
    }
  }

  /** Why there is no room; empty if there is. */
  private String trouble(String whose, long most) throws IOException {
    Map<String, Long> onDisk = taken.onDisk == null ? Map.of() : taken.onDisk;
    long mine = onDisk.getOrDefault(whose, 0L);
    long everybodys = onDisk.values().stream().mapToLong(Long::longValue).sum();
    long going = 0;
    for (Share share : taken.goingOn.values()) {
      mine += share.whose.equals(whose) ? share.most : 0;
      everybodys += share.most;
      going += share.most;
    }
    if (mine + most > perUser) {
      return full("your recordings take %s", mine, most, perUser, "limits.recordings-per-user");
    }
    if (everybodys + most > all) {
      return full("all recordings take %s", everybodys, most, all, "limits.recordings");
    }
    long free = Files.getFileStore(log).getUsableSpace();
    if (free - going - forLog < most) {
      return "no room for a recording: %s free, of which running sessions may use %s, this one %s, and %s are reserved for the log: free disk space there, or lower limits.recording"
          .formatted(words(free), words(going), words(most), words(forLog));
    }
    return "";
  }

  private static String full(String whose, long taken, long most, long limit, String key) {
    return (whose
            + ", running sessions included, and this one may take %s: the limit is %s: remove old segments sooner (audit.keep, audit.keep-size), or raise %s")
        .formatted(words(taken), words(most), words(limit), key);
  }

  private static String words(long bytes) {
    return bytes < 1 << 20 ? (bytes >> 10) + "K" : (bytes >> 20) + "M";
  }

  /** The bytes of files by user, without those of running sessions, which are reserved. */
  private Map<String, Long> count() throws IOException {
    Map<String, Long> found = new HashMap<>();
    Path directory = Recordings.directory(log);
    if (!Files.exists(directory)) {
      return found;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Matcher name = FILE.matcher(String.valueOf(file.getFileName()));
        if (!name.matches()) {
          boolean isOurs = RecordingFiles.isGoingOn(file);
          found.merge(UNKNOWN, isOurs ? 0 : room(file.toFile().length()), Long::sum);
        } else if (name.group(2).equals("out") && !taken.goingOn.containsKey(name.group(1))) {
          Path timing = file.resolveSibling(name.group(1) + ".timing");
          long size = room(file.toFile().length()) + room(timing.toFile().length());
          found.merge(owner(file), size, Long::sum);
        }
      }
    }
    return found;
  }

  private static long room(long size) {
    return Math.max(1, (size + BLOCK - 1) / BLOCK) * BLOCK;
  }

  /** The user in a recording's first line. */
  private static String owner(Path output) throws IOException {
    if (!Files.isRegularFile(output, LinkOption.NOFOLLOW_LINKS)) {
      return UNKNOWN;
    }
    try (InputStream in = Files.newInputStream(output, LinkOption.NOFOLLOW_LINKS)) {
      String begin = new String(in.readNBytes(LONGEST_HEADING), StandardCharsets.ISO_8859_1);
      Matcher heading = HEADING.matcher(begin);
      return heading.lookingAt() ? heading.group(1) : UNKNOWN;
    } catch (NoSuchFileException e) {
      // It was removed with its segment meanwhile.
      return UNKNOWN;
    }
  }
}
