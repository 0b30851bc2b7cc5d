package dev.dbg.nativetests.hostile;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;

import dev.dbg.nativetests.scene.target.BareProcess;
import dev.dbg.nativetests.scene.target.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A container whose files lead an observer elsewhere. The test changes the files from outside, to
 * what its image could contain.
 *
 * @param what its description, for people
 * @param namespace the namespace to select besides the tool's, with a comma before it, or nothing
 * @param bare a process of the host that may be inspected, unless something else forbids it
 * @param library the planted library, as a file of the host
 */
record LeadingContainer(
    String what,
    Container container,
    String address,
    String namespace,
    BareProcess bare,
    Path library) {
  String line(List<String> namespaces, List<String> tool) {
    String more = namespaces.equals(List.of("all")) ? "" : namespace;
    return "--timeout 1s %s %s%s -- %s"
        .formatted(address, String.join(",", namespaces), more, String.join(" ", tool));
  }

  void preloads(List<String> paths) throws IOException {
    writes("/etc/ld.so.preload", String.join("\n", paths) + "\n");
  }

  void writes(String path, String text) throws IOException {
    Path draft = library.resolveSibling("draft");
    Files.writeString(draft, text);
    does(List.of("install -m 644 -T '%s' '%s'".formatted(draft, there(path))));
  }

  /**
   * Makes symbolic links, replacing whatever exists there.
   *
   * @param words pairs of a path and the target of its link
   */
  void links(String... words) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < words.length; i += 2) {
      lines.add("ln -sT '%s' '%s'".formatted(words[i + 1], there(words[i])));
    }
    does(lines);
  }

  private String there(String path) {
    return container.file(path).toString();
  }

  /**
   * Runs commands as root of the container, which in a container of a user is the only one that can
   * reach its files.
   *
   * @param lines lines of sh; each ends with the path that it makes
   */
  private void does(List<String> lines) {
    // Its user namespace; otherwise a namespace that makes no difference.
    String as = address.startsWith("podman://") ? "-U" : "-u";
    String script =
        lines.stream()
            .map(
                line -> {
                  String path = line.substring(line.lastIndexOf(' ') + 1);
                  return "mkdir -p $(dirname %1$s) && rm -rf %1$s && %2$s".formatted(path, line);
                })
            .collect(Collectors.joining(" && "));
    nsenter(container, as, "sh", "-c", script).exits(0);
  }

  @Override
  public String toString() {
    return what + ", process " + container.pid();
  }

  /** The path as the image has it, for a tool with these namespaces. */
  String way(boolean withPid, String way) {
    long number = container.pid();
    return way.replace("NUMBER", Long.toString(number))
        .replace("PID", withPid ? "1" : Long.toString(number))
        .replace("BARE", Long.toString(bare.pid()))
        .replace("LIBRARY", library.toString());
  }

  void linksInto(boolean withPid) {
    links(
        "/links/two",
        way(withPid, "/proc/PID/root"),
        "/links/one",
        "two",
        "/links/three",
        "four",
        "/links/four",
        "/proc/self/root/links/five",
        "/links/five",
        way(withPid, "/proc/PID/task/PID/cwd/planted.so"),
        "/links/self",
        "/proc/self/root",
        "/links/bare",
        way(withPid, (withPid ? "/host-proc" : "/proc") + "/BARE/rootLIBRARY"));
  }

  /**
   * Plants every path for every process id, and the host's library through the process that may be
   * inspected.
   */
  void plantsEverything() throws IOException {
    linksInto(false);
    List<String> paths = new ArrayList<>();
    List<Long> numbers =
        Stream.concat(
                IntStream.rangeClosed(1, 12).mapToObj(Long::valueOf),
                Stream.of(container.pid(), bare.pid()))
            .toList();
    for (long number : numbers) {
      for (String below :
          List.of("root/planted.so", "cwd/planted.so", "fd/3", "task/%1$d/root/planted.so")) {
        paths.add("/proc/%d/".formatted(number) + below.formatted(number));
      }
    }
    firstMapping().ifPresent(paths::add);
    for (String self : List.of("self", "thread-self")) {
      paths.add("/proc/" + self + "/root/planted.so");
      paths.add("/proc/" + self + "/cwd/planted.so");
    }
    paths.add(way(false, "/proc/BARE/rootLIBRARY"));
    paths.addAll(List.of("/planted.so", "/links/one/planted.so", "/links/three", "/links/bare"));
    preloads(paths);
  }

  /** A part of a mapped file, which no capability that a tool can have allows to open. */
  private Optional<String> firstMapping() throws IOException {
    long pid = container.pid();
    try (Stream<Path> mappings = Files.list(Path.of("/proc/%d/map_files".formatted(pid)))) {
      return mappings.findFirst().map(Path::toString);
    }
  }
}
