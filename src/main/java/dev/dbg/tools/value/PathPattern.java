package dev.dbg.tools.value;

import dev.dbg.model.Glob;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A pattern for absolute paths, compared as the kernel resolves them, path_resolution(7): {@code
 * //} and {@code /./} are {@code /}. A {@code *} matches any characters, also {@code /}; a value
 * with {@code ..} never matches. Symbolic links are not resolved.
 */
record PathPattern(Glob glob) implements ValuePattern {
  private static final String PROC = "proc/";

  /** Links of a process, proc_pid(5), that lead out of /proc whatever the container has made. */
  private static final Set<String> LINKS = Set.of("cwd", "exe", "fd", "map_files", "root");

  /** The accepted form, for people. */
  static final String FORM = "an absolute path without .., as /var/log/*";

  static Optional<ValuePattern> of(String text) {
    boolean isPath = text.startsWith("/") || text.startsWith("*");
    return isPath && !climbs(text)
        ? Optional.of(new PathPattern(new Glob(plain(text))))
        : Optional.empty();
  }

  @Override
  public boolean matches(String value) {
    return value.startsWith("/")
        && !climbs(value)
        && glob.matches(plain(value))
        && (glob.toString().equals("/*")
            || links(glob.toString()).containsAll(linksOfProcesses(plain(value))));
  }

  /**
   * The links that a path leads through below a procfs, wherever that is: a pattern must name them.
   */
  private static Set<String> linksOfProcesses(String path) {
    return path.contains(PROC) ? links(path) : Set.of();
  }

  private static Set<String> links(String path) {
    Set<String> links = new HashSet<>(Arrays.asList(path.split("/", -1)));
    links.retainAll(LINKS);
    return links;
  }

  /** Whether the path has a component {@code ..}. */
  static boolean climbs(String path) {
    return Arrays.asList(path.split("/", -1)).contains("..");
  }

  /**
   * A path as rules see it: a relative one is below the working directory, and {@code .} is what
   * that directory leads to.
   */
  static String absolute(String path, String directory) {
    return path.startsWith("/") ? path : directory + (directory.endsWith("/") ? "" : "/") + path;
  }

  /**
   * Normalizes a path. A trailing slash is kept, because it means the directory; a trailing {@code
   * /.} becomes a slash.
   */
  static String plain(String path) {
    List<String> parts = List.of(path.split("/", -1));
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      boolean isLast = i == parts.size() - 1;
      String part = parts.get(i);
      if (i > 0 && (plain.isEmpty() || plain.charAt(plain.length() - 1) != '/')) {
        plain.append('/');
      }
      if (!part.equals(".") || (i == 0 && isLast)) {
        plain.append(part);
      }
    }
    return plain.toString();
  }
}
