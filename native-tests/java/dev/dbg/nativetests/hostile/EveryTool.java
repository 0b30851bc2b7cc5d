package dev.dbg.nativetests.hostile;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.words.Catalogue;
import dev.dbg.nativetests.scene.words.Harmless;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The tools of the catalogue, and an administrator's own tools with everything that an entry can
 * grant.
 */
final class EveryTool {
  private EveryTool() {}

  /** Permits the catalogue, and an administrator's entries with each capability that exists. */
  static void permitEverything(Host each) throws IOException {
    List<String> names =
        new ArrayList<>(each.installed().catalogue().stream().map(Catalogue.Tool::name).toList());
    for (String capability : capabilities()) {
      each.config()
          .writeTool(
              "has-" + capability,
              Path.of("/usr/bin/cat"),
              "capabilities = [\"%s\"]".formatted(capability));
      names.add("has-" + capability);
    }
    String all = capabilities().stream().map("\"%s\""::formatted).collect(Collectors.joining(", "));
    each.config()
        .writeTool(
            "has-all",
            Path.of("/usr/bin/cat"),
            "forks = true\nthreads = true\ncapabilities = [%s]".formatted(all));
    each.config().writeTool("has-none", Path.of("/usr/bin/cat"), "");
    each.config()
        .writeTool(
            "traces", Path.of("/usr/bin/cat"), "tracer = true\ncapabilities = [\"SYS_PTRACE\"]");
    each.config()
        .writeTool(
            "files-all",
            Path.of("/usr/bin/cat"),
            "requires = [\"mnt\"]\ntracer = true\ncapabilities = [%s]".formatted(all));
    names.addAll(OTHERS);
    each.config()
        .writePolicy(
            """
        [[rule]]
        who = ["group:dbgt-ops"]
        containers = ["dbgt-*", "podman://dbgt-una/*"]
        namespaces = ["net", "uts", "ipc", "cgroup", "mnt", "pid", "user", "time"]
        tools = [%s]
        """
                .formatted(
                    names.stream().map("\"%s\""::formatted).collect(Collectors.joining(", "))));
    each.daemon().reloads().says("/action", "load");
  }

  /** Further entries that an administrator might write, beside those with one capability each. */
  private static final List<String> OTHERS = List.of("has-all", "has-none", "traces", "files-all");

  /**
   * Whether its entry looks at processes, and its tool therefore does not see the container's
   * files.
   */
  static boolean isForProcesses(Host host, List<String> line) {
    return List.of("has-SYS_PTRACE", "has-all", "traces").contains(line.getFirst())
        || host.installed().catalogue().stream()
            .anyMatch(tool -> tool.opaque() && tool.name().equals(line.getFirst()));
  }

  /** The capabilities that a tool's entry can name. */
  private static List<String> capabilities() throws IOException {
    String source = Files.readString(Path.of("src/main/java/dev/dbg/tools/Capability.java"));
    return Pattern.compile("^ {2}([A-Z_]+)\\([0-9]+\\)", Pattern.MULTILINE)
        .matcher(source)
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  /** Command lines of every tool that this host has and that works with these namespaces. */
  static List<List<String>> lines(Host host, List<String> namespaces) throws IOException {
    List<List<String>> lines = new ArrayList<>();
    for (Catalogue.Tool tool : host.installed().catalogue()) {
      if (tool.file().isPresent() && tool.worksWith(namespaces)) {
        lines.add(Harmless.line(tool));
      }
    }
    for (String capability : capabilities()) {
      lines.add(List.of("has-" + capability, "/etc/ld.so.preload"));
    }
    for (String name : OTHERS) {
      lines.add(List.of(name, "/etc/ld.so.preload"));
    }
    return lines;
  }
}
