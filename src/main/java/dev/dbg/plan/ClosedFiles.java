package dev.dbg.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files of other processes below {@code /proc} that Landlock closes to a tool with {@link
 * View#CONTAINER}: reading them takes the right to ptrace(2) the process. A pure function.
 */
public final class ClosedFiles {
  private static final Pattern PATH =
      Pattern.compile("/+proc/+[0-9]+/+(?:task/+[0-9]+/+)?([a-z_]+)(?:/.*)?");

  /** What shows a file's content; empty if no shipped tool does. */
  private static final Map<String, String> TOOLS =
      Map.ofEntries(
          Map.entry("root", "lsof"),
          Map.entry("cwd", "lsof"),
          Map.entry("exe", "lsof"),
          Map.entry("fd", "lsof"),
          Map.entry("map_files", "lsof"),
          Map.entry("ns", "lsns"),
          Map.entry("environ", "environ"),
          Map.entry("maps", "pmap"),
          Map.entry("smaps", "pmap"),
          Map.entry("smaps_rollup", "pmap"),
          Map.entry("numa_maps", ""),
          Map.entry("pagemap", ""),
          Map.entry("auxv", ""),
          Map.entry("mem", ""),
          Map.entry("io", ""),
          Map.entry("stack", ""),
          Map.entry("syscall", ""),
          Map.entry("personality", ""),
          Map.entry("timerslack_ns", ""));

  private ClosedFiles() {}

  /** Why the tool cannot read the first of these paths that is closed, and what can, for people. */
  public static Optional<String> advice(List<String> paths) {
    for (String path : paths) {
      Matcher matcher = PATH.matcher(path);
      String tool = matcher.matches() ? TOOLS.get(matcher.group(1)) : null;
      if (tool != null) {
        return Optional.of(
            "%s is closed to a tool that sees the container's files%s"
                .formatted(path, tool.isEmpty() ? "" : ": " + tool + " shows it, with pid"));
      }
    }
    return Optional.empty();
  }
}
