package dev.dbg.plan;

import java.util.List;
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

  private ClosedFiles() {}

  /** Why the tool cannot read the first of these paths that is closed, and what can, for people. */
  public static Optional<String> advice(List<String> paths) {
    for (String path : paths) {
      Matcher matcher = PATH.matcher(path);
      Optional<String> tool = matcher.matches() ? tool(matcher.group(1)) : Optional.empty();
      if (tool.isPresent()) {
        return Optional.of(
            "%s is closed to a tool that sees the container's files%s"
                .formatted(
                    path, tool.get().isEmpty() ? "" : ": " + tool.get() + " shows it, with pid"));
      }
    }
    return Optional.empty();
  }

  /** What shows a closed file's content, "" if no shipped tool does; empty for an open file. */
  private static Optional<String> tool(String file) {
    return switch (file) {
      case "root", "cwd", "exe", "fd", "map_files" -> Optional.of("lsof");
      case "ns" -> Optional.of("lsns");
      case "environ" -> Optional.of("environ");
      case "maps", "smaps", "smaps_rollup" -> Optional.of("pmap");
      case "numa_maps",
          "pagemap",
          "auxv",
          "mem",
          "io",
          "stack",
          "syscall",
          "personality",
          "timerslack_ns" ->
          Optional.of("");
      default -> Optional.empty();
    };
  }
}
