package dev.dbg.plan;

import dev.dbg.model.RawText;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files below {@code /proc} over which a container has others, such as lxcfs's of its memory and
 * processors: with {@link View#CONTAINER} a tool sees what is below. A pure function.
 */
public final class CoveredFiles {
  /** No process's own directory: a number there is the container's, or the host's. */
  private static final Pattern PATH = Pattern.compile("/proc/[^0-9].*");

  /**
   * A line of proc_pid_mountinfo(5) with a mount below {@code /proc}. Runtimes themselves hide a
   * file by {@code /dev/null}, a directory by an empty file system, and protect it by procfs.
   */
  private static final Pattern MOUNT =
      Pattern.compile("[0-9]+ [0-9]+ [^ ]+ (?!/ |/null )[^ ]+ (/proc/[^ ]+) .* - (?!proc ).*");

  private CoveredFiles() {}

  /**
   * Those of these paths, which are absolute, that come into question, without what leads nowhere.
   */
  public static List<String> among(List<String> paths) {
    return paths.stream()
        .map(RawText::plainPath)
        .filter(path -> PATH.matcher(path).matches())
        .toList();
  }

  /** A word on the first of these paths over which something is mounted, for people. */
  public static Optional<String> advice(List<String> paths, String mountinfo) {
    List<String> covered =
        RawText.pieces(mountinfo, '\n')
            .map(MOUNT::matcher)
            .filter(Matcher::matches)
            .map(mount -> mount.group(1))
            .toList();
    return paths.stream()
        .filter(path -> covered.stream().anyMatch(at -> (path + "/").startsWith(at + "/")))
        .findFirst()
        .map(
            path ->
                "%s is the kernel's own: what is mounted over it in the container, as by lxcfs, is not shown"
                    .formatted(RawText.quoted(path)));
  }
}
