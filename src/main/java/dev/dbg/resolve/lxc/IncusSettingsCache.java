package dev.dbg.resolve.lxc;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.file.StampedContent;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The settings of all containers of an Incus. A file is read again only when its stamp has changed,
 * or may not show the next change: incusd replaces it at each change of a container.
 *
 * <p>Who makes containers chooses their number and their settings. So one file is read at a time,
 * and what is told of all is what is kept of all, which has a limit: who comes when there is no
 * room has unknown labels.
 *
 * <p>For any thread.
 */
final class IncusSettingsCache {
  /** The bytes of all labels: two thousand containers with twenty labels each. */
  static final long MOST_LABELS = 8L << 20;

  private static final int MOST_FILES = 4096;

  private final Map<String, StampedContent<IncusSettings>> known = new ConcurrentHashMap<>();

  /** The size of what is known; guarded by this. */
  private long labels;

  /**
   * The settings of a container.
   *
   * @param stamp that of its file now
   * @param file reads it
   */
  IncusSettings of(String link, FileStamp stamp, Supplier<IncusSettings> file) {
    StampedContent<IncusSettings> before = known.get(link);
    return before != null && before.holds(stamp) ? before.value() : read(link, stamp, file);
  }

  private synchronized IncusSettings read(
      String link, FileStamp stamp, Supplier<IncusSettings> file) {
    StampedContent<IncusSettings> meanwhile = known.get(link);
    if (meanwhile != null && meanwhile.holds(stamp)) {
      return meanwhile.value();
    }
    forget(link);
    // The container's storage may not be mounted while it is down.
    if (stamp.equals(FileStamp.MISSING) || known.size() >= MOST_FILES) {
      return IncusSettings.UNKNOWN;
    }
    StampedContent<IncusSettings> now = StampedContent.read(stamp, file::get);
    if (labels + now.value().size() > MOST_LABELS) {
      now = new StampedContent<>(now.value().withoutLabels(), stamp, now.isFinal());
    }
    labels += now.value().size();
    known.put(link, now);
    return now.value();
  }

  private void forget(String link) {
    StampedContent<IncusSettings> before = known.remove(link);
    labels -= before == null ? 0 : before.value().size();
  }

  /** Forgets all but these. */
  synchronized void keepOnly(Collection<String> links) {
    Set<String> kept = Set.copyOf(links);
    known.keySet().stream().filter(link -> !kept.contains(link)).toList().forEach(this::forget);
  }
}
