package dev.dbg;

import dev.dbg.audit.AuditSettings;
import dev.dbg.enter.GroupLimits;
import dev.dbg.model.ByteSize;
import dev.dbg.model.Durations;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toml.TomlTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * {@code dbgd.toml}, dbgd(8). Every key has a default, so that an empty file is a working one.
 *
 * @param socket where to listen when systemd holds no socket
 * @param group who may connect beside root, then
 * @param runtimes each engine's sockets by its scheme
 * @param sessions how many sessions at once
 * @param timeout how long one may take
 * @param groups what one may use
 */
record DaemonConfig(
    Path socket,
    Optional<String> group,
    AuditSettings audit,
    Path policy,
    Path tools,
    Map<String, List<Path>> runtimes,
    int sessions,
    int sessionsPerUser,
    Duration timeout,
    GroupLimits groups) {
  private static final int MOST_SESSIONS = 10_000;
  private static final int MOST_PROCESSES = 1_000_000;

  /** Each engine's socket where nothing is said; an empty list says that there is none. */
  private static final SortedMap<String, String> ENGINES =
      new TreeMap<>(Map.of("docker", "/run/docker.sock", "podman", "/run/podman/podman.sock"));

  static DaemonConfig parse(String file, String text) throws TomlMistake {
    TomlTable root = TomlTable.parse(file, text);
    TomlTable socket = root.table("socket");
    TomlTable audit = root.table("audit");
    TomlTable policy = root.table("policy");
    TomlTable tools = root.table("tools");
    TomlTable runtimes = root.table("runtimes");
    TomlTable limits = root.table("limits");
    DaemonConfig config =
        new DaemonConfig(
            path(socket, "path", "/run/dbg/dbg.sock"),
            socket.string("group"),
            audit(audit),
            path(policy, "dir", "/etc/dbg/policy.d"),
            path(tools, "dir", "/etc/dbg/tools.d"),
            runtimes(runtimes),
            number(limits, "sessions", 64),
            number(limits, "sessions-per-user", 8),
            duration(limits, "timeout").orElse(Duration.ofHours(1)),
            new GroupLimits(processes(limits), memory(limits)));
    for (TomlTable table : List.of(root, socket, audit, policy, tools, runtimes, limits)) {
      table.rejectUnknown();
    }
    return config;
  }

  private static Path path(TomlTable table, String key, String fallback) throws TomlMistake {
    return absolute(table, key, table.string(key).orElse(fallback));
  }

  private static Path absolute(TomlTable table, String key, String path) throws TomlMistake {
    if (!path.startsWith("/")) {
      throw table.mistake(key, "'%s' is no absolute path: start it with /".formatted(path));
    }
    return Path.of(path);
  }

  private static int number(TomlTable table, String key, int fallback) throws TomlMistake {
    return table.integer(key, 1, MOST_SESSIONS).map(Long::intValue).orElse(fallback);
  }

  private static AuditSettings audit(TomlTable table) throws TomlMistake {
    return new AuditSettings(
        path(table, "dir", "/var/log/dbg"),
        size(table, "rotate-size").orElse(64L << 20),
        duration(table, "rotate-age").orElse(Duration.ofHours(24)),
        duration(table, "keep"),
        size(table, "keep-size"),
        table.integer("seal-records", 1, 100_000).orElse(1000L).intValue(),
        duration(table, "seal-every").orElse(Duration.ofMinutes(5)),
        size(table, "reserve").orElse(1L << 20));
  }

  private static Optional<Duration> duration(TomlTable table, String key) throws TomlMistake {
    Optional<String> text = table.string(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Durations.parse(text.get())
            .orElseThrow(
                () ->
                    table.mistake(
                        key,
                        "'%s' is no length of time: %s".formatted(text.get(), Durations.FORM))));
  }

  private static Optional<Long> size(TomlTable table, String key) throws TomlMistake {
    Optional<String> text = table.string(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        ByteSize.parse(text.get())
            .orElseThrow(
                () ->
                    table.mistake(key, "'%s' is no size: %s".formatted(text.get(), ByteSize.FORM)))
            .bytes());
  }

  private static int processes(TomlTable limits) throws TomlMistake {
    return limits
        .integer("processes", GroupLimits.FEWEST_PROCESSES, MOST_PROCESSES)
        .map(Long::intValue)
        .orElse(64);
  }

  private static ByteSize memory(TomlTable limits) throws TomlMistake {
    String text = limits.string("memory").orElse("512M");
    ByteSize size =
        ByteSize.parse(text)
            .orElseThrow(
                () ->
                    limits.mistake(
                        "memory",
                        "'%s' is no amount of memory: %s".formatted(text, ByteSize.FORM)));
    if (size.bytes() < GroupLimits.LEAST_MEMORY.bytes()) {
      throw limits.mistake(
          "memory",
          "'%s' is too little to start a tool: at least %s"
              .formatted(text, GroupLimits.LEAST_MEMORY));
    }
    return size;
  }

  private static Map<String, List<Path>> runtimes(TomlTable table) throws TomlMistake {
    Map<String, List<Path>> sockets = new LinkedHashMap<>();
    for (Map.Entry<String, String> engine : ENGINES.entrySet()) {
      String key = engine.getKey();
      List<Path> paths = new ArrayList<>();
      for (String path : table.has(key) ? table.strings(key) : List.of(engine.getValue())) {
        paths.add(absolute(table, key, path));
      }
      sockets.put(key, List.copyOf(paths));
    }
    return sockets;
  }
}
