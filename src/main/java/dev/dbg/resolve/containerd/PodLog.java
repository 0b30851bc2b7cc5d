package dev.dbg.resolve.containerd;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.SplicedPipe;
import dev.dbg.kernel.file.FileStatus;
import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.model.RawText;
import dev.dbg.model.Target;
import dev.dbg.model.Uid;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.log.ContainerLog;
import dev.dbg.resolve.log.LogWanted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/**
 * The log of a pod's container: files that containerd writes for the kubelet, {@code
 * DIRECTORY/CONTAINER/N.log}, where N counts the container's attempts. The kubelet has chosen the
 * directory, and renames a file that has become large: {@code N.log.20261124-083000}; later it
 * compresses it, and then it is not read here, and {@link #missing}.
 *
 * <p>Root alone may write to the directory of all pods' logs and to those below it, and no link is
 * followed there. What the files contain is not looked at.
 */
final class PodLog implements ContainerLog {
  private static final int MOST = 10_000;
  private static final long AGAIN_MS = 200;
  private static final Path ROOT = Path.of("/");
  private static final Pattern ATTEMPT = Pattern.compile("(0|[1-9][0-9]{0,8})\\.log");

  /** What the kubelet adds to a name: when the file was renamed, on the host's clock. */
  private static final String COMPRESSED = "[0-9]{8}-[0-9]{6}[.]gz";

  private final OwnedTree directory;
  private final String current;
  private final LogWanted wanted;
  private final Optional<String> missing;
  private final BooleanSupplier runs;
  private final CountDownLatch stopped = new CountDownLatch(1);

  private PodLog(
      OwnedTree directory,
      String current,
      LogWanted wanted,
      Optional<String> missing,
      BooleanSupplier runs) {
    this.directory = directory;
    this.current = current;
    this.wanted = wanted;
    this.missing = missing;
    this.runs = runs;
  }

  /**
   * Opens the directory of a container's log.
   *
   * @param target whose log it is, for messages
   * @param pod the directory of its pod's logs
   * @param runs whether the container still runs; the log ends with it, and of one that does not
   *     the newest attempt is the one that ended last
   */
  static PodLog open(
      Target target, Path pod, String container, LogWanted wanted, BooleanSupplier runs)
      throws RuntimeUnavailable {
    try (OwnedTree all = OwnedTree.open(ROOT, Uid.ROOT)) {
      Path real =
          TrustedFile.requireTrustedParents(
              pod.resolve(container).resolve("0.log"), Objects.requireNonNull(pod.getParent()));
      OwnedTree directory = all.directory(ROOT.relativize(real).toString());
      try {
        boolean isOneBefore = wanted.previous() && runs.getAsBoolean();
        List<String> names = directory.names(".", MOST);
        String wantedOne =
            names.stream()
                .filter(name -> ATTEMPT.matcher(name).matches())
                .sorted(Comparator.comparingInt(PodLog::attempt).reversed())
                .skip(isOneBefore ? 1 : 0)
                .findFirst()
                .orElseThrow(
                    () ->
                        new IOException(
                            "there is no log%s in %s/%s"
                                .formatted(
                                    isOneBefore ? " of an attempt before this one" : "",
                                    pod,
                                    container)));
        Optional<String> missing = missing(directory, real, wantedOne, names, wanted);
        return new PodLog(directory, wantedOne, wanted, missing, runs);
      } catch (IOException e) {
        directory.close();
        throw e;
      }
    } catch (IOException e) {
      throw new RuntimeUnavailable(
          "the log of %s cannot be read: %s".formatted(target.address(), e.getMessage()));
    }
  }

  /**
   * The lines before the newest file that is compressed, if they are asked for. That file was
   * written after its last line. Its name has the time of the kubelet, whose time zone is the
   * host's, while dbgd in a pod has that of its image.
   */
  static Optional<String> missing(
      OwnedTree directory, Path real, String current, List<String> names, LogWanted wanted) {
    String before = current + ".";
    Optional<String> newest =
        names.stream()
            .filter(name -> wanted.tail().isEmpty() && name.startsWith(before))
            .filter(name -> name.substring(before.length()).matches(COMPRESSED))
            .max(Comparator.naturalOrder());
    if (newest.isEmpty() || !mayHaveLines(directory, newest.get(), wanted)) {
      return Optional.empty();
    }
    return Optional.of(
        "the log before %s on the host's clock is compressed, and left out: root types zcat %s"
            .formatted(
                newest
                    .get()
                    .substring(before.length())
                    .replaceFirst("(....)(..)(..)-(..)(..)(..).*", "$1-$2-$3T$4:$5:$6"),
                RawText.quoted(real.resolve(newest.get()).toString())));
  }

  /** Whether the file was written since then; so may one have been that is gone by now. */
  private static boolean mayHaveLines(OwnedTree directory, String name, LogWanted wanted) {
    try (Fd file = directory.openFile(name)) {
      Instant written = Instant.ofEpochSecond(0, FileStatus.of(file).changed());
      return wanted.since().filter(written::isBefore).isEmpty();
    } catch (IOException e) {
      return true;
    }
  }

  private static int attempt(String name) {
    return Integer.parseInt(name.replace(".log", ""));
  }

  @Override
  public Optional<String> missing() {
    return missing;
  }

  @Override
  public void moveTo(SplicedPipe feed) throws IOException {
    List<Fd> files = new ArrayList<>();
    try {
      long history = 0;
      for (String name : names()) {
        Fd file = opened(name);
        files.add(file);
        history += FileStatus.of(file).size();
      }
      feed.put(
          "CRI history=%d tail=%s since=%d times=%d\n"
              .formatted(
                  history,
                  wanted.tail().orElse("-1"),
                  wanted.since().map(Instant::getEpochSecond).orElse(0L),
                  wanted.timestamps() ? 1 : 0));
      for (Fd file : files) {
        moveAll(file, feed);
      }
      if (wanted.follow() && !wanted.previous()) {
        follow(files.getLast(), feed);
      }
    } finally {
      files.forEach(Fd::close);
    }
  }

  private Fd opened(String name) throws IOException {
    Fd file = directory.openFile(name);
    if (FileStatus.of(file).isWritableByOthers()) {
      file.close();
      throw new IOException(name + " can be written by others than root");
    }
    return file;
  }

  /** The files that are not compressed, the oldest first. */
  private List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    for (String name : directory.names(".", MOST)) {
      if (name.startsWith(current + ".") && name.matches(".*\\.log\\.[0-9-]+")) {
        names.add(name);
      }
    }
    names.sort(Comparator.naturalOrder());
    names.add(current);
    return names;
  }

  private static void moveAll(Fd file, SplicedPipe feed) throws IOException {
    boolean more = true;
    while (more) {
      more = feed.move(file, "the log");
    }
  }

  /** Until the container has ended. A file that was renamed is read to its end first. */
  private void follow(Fd last, SplicedPipe feed) throws IOException {
    Fd file = last;
    try {
      boolean running = true;
      while (running && !isStoppedWithin(AGAIN_MS)) {
        running = runs.getAsBoolean();
        Optional<Fd> next = next(file);
        try {
          moveAll(file, feed);
        } catch (IOException e) {
          next.ifPresent(Fd::close);
          throw e;
        }
        if (next.isPresent()) {
          close(file, last);
          file = next.get();
          moveAll(file, feed);
        }
      }
    } finally {
      close(file, last);
    }
  }

  private static void close(Fd file, Fd last) {
    if (file != last) {
      file.close();
    }
  }

  /** The file that has taken the place of this one. */
  private Optional<Fd> next(Fd file) throws IOException {
    Optional<Fd> now = KernelException.ifThere(() -> opened(current));
    if (now.isPresent() && FileStatus.of(now.get()).inode() == FileStatus.of(file).inode()) {
      now.get().close();
      return Optional.empty();
    }
    return now;
  }

  private boolean isStoppedWithin(long milliseconds) {
    try {
      return stopped.await(milliseconds, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  public void stop() {
    stopped.countDown();
  }

  @Override
  public void close() {
    directory.close();
  }
}
