package dev.dbg.config;

import dev.dbg.audit.write.AuditSettings;
import dev.dbg.cgroup.GroupLimits;
import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.model.amount.ByteSize;
import dev.dbg.model.amount.Durations;
import dev.dbg.resolve.RuntimePlaces;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toml.TomlTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code dbgd.toml}, dbgd.toml(5). Every key has a default, so an empty file is valid.
 *
 * @param socket where to listen if systemd passes no socket
 * @param group the group that may then connect, besides root
 * @param journal whether the log is sent to the journal, if there is one
 * @param receivers the other receivers of the log
 * @param runtimes the container runtimes that are searched
 * @param timeout how long a session may last
 * @param drain how long sessions may go on when dbgd is stopped
 * @param groups the limits of a session's processes
 * @param recording the largest size of either file of a recording
 * @param recordingsPerUser the budget of one user's recordings
 * @param recordings the budget of all recordings
 * @param metrics the file for Prometheus's textfile collector; empty if none is written
 * @param kube sessions of a Kubernetes cluster's users
 */
public record DaemonConfig(
    Path socket,
    Optional<String> group,
    AuditSettings audit,
    boolean journal,
    ReceiversConfig receivers,
    Path policy,
    Path tools,
    RuntimePlaces runtimes,
    int sessions,
    int sessionsPerUser,
    Duration timeout,
    Duration drain,
    GroupLimits groups,
    ByteSize recording,
    ByteSize recordingsPerUser,
    ByteSize recordings,
    Optional<Path> metrics,
    KubeConfig kube) {
  private static final int MOST_SESSIONS = 10_000;
  private static final int MOST_PROCESSES = 1_000_000;

  private static final ByteSize RECORDING = new ByteSize(64, 'M');
  private static final ByteSize RECORDINGS_PER_USER = new ByteSize(1, 'G');
  private static final ByteSize RECORDINGS = new ByteSize(4, 'G');

  private static final int FILES_OF_RECORDING = 2;

  private static final int MOST_OF_UNIT = 999_999;

  private static final String JOURNAL = "journal";

  /** Reads a file that only root can write. */
  public static DaemonConfig read(Path file) throws IOException, TomlMistake {
    return parse(file.toString(), TrustedFile.read(file));
  }

  public static DaemonConfig parse(String file, String text) throws TomlMistake {
    TomlTable root = TomlTable.parse(file, text);
    TomlTable socket = root.table("socket");
    TomlTable audit = root.table("audit");
    TomlTable policy = root.table("policy");
    TomlTable tools = root.table("tools");
    TomlTable runtimes = root.table("runtimes");
    TomlTable limits = root.table("limits");
    TomlTable metrics = root.table("metrics");
    TomlTable kube = root.table("kube");
    KubeConfig cluster = KubeConfig.parse(kube);
    DaemonConfig config =
        new DaemonConfig(
            path(socket, "path", "/run/dbg/dbg.sock"),
            socket.string("group"),
            audit(audit),
            !audit.has(JOURNAL) || audit.flag(JOURNAL),
            ReceiversConfig.parse(audit, cluster, path(audit, "delivered", "/var/lib/dbg-deliver")),
            path(policy, "dir", "/etc/dbg/policy.d"),
            path(tools, "dir", "/etc/dbg/tools.d"),
            RuntimesReader.read(runtimes),
            number(limits, "sessions", 1, MOST_SESSIONS, 64),
            number(limits, "sessions-per-user", 1, MOST_SESSIONS, 8),
            duration(limits, "timeout").orElse(Duration.ofHours(1)),
            duration(limits, "drain").orElse(Duration.ofSeconds(5)),
            new GroupLimits(
                number(limits, "processes", GroupLimits.FEWEST_PROCESSES, MOST_PROCESSES, 64),
                memory(limits)),
            size(limits, "recording").orElse(RECORDING),
            recordings(limits, "recordings-per-user", RECORDINGS_PER_USER),
            recordings(limits, "recordings", RECORDINGS),
            metrics(metrics),
            cluster);
    for (TomlTable table :
        List.of(root, socket, audit, policy, tools, runtimes, limits, metrics, kube)) {
      table.rejectUnknown();
    }
    return config;
  }

  static Path path(TomlTable table, String key, String fallback) throws TomlMistake {
    return absolute(table, key, table.string(key).orElse(fallback));
  }

  static Path absolute(TomlTable table, String key, String path) throws TomlMistake {
    if (!path.startsWith("/")) {
      throw table.mistake(key, "'%s' is not an absolute path: start it with /".formatted(path));
    }
    return Path.of(path);
  }

  private static Optional<Path> metrics(TomlTable table) throws TomlMistake {
    Optional<String> file = table.string("file");
    if (file.isEmpty()) {
      return Optional.empty();
    }
    Path path = absolute(table, "file", file.get());
    if (!file.get().matches(".*/[^/]+\\.prom")) {
      throw table.mistake(
          "file", "'%s' would not be read by the collector: end the name in .prom".formatted(path));
    }
    return Optional.of(path);
  }

  private static int number(TomlTable table, String key, int least, int most, int fallback)
      throws TomlMistake {
    return table.integer(key, least, most).map(Long::intValue).orElse(fallback);
  }

  private static AuditSettings audit(TomlTable table) throws TomlMistake {
    return new AuditSettings(
        path(table, "dir", "/var/log/dbg"),
        size(table, "rotate-size").map(ByteSize::bytes).orElse(64L << 20),
        duration(table, "rotate-age").orElse(Duration.ofHours(24)),
        duration(table, "keep"),
        size(table, "keep-size").map(ByteSize::bytes),
        table.integer("seal-records", 1, 100_000).orElse(1000L).intValue(),
        duration(table, "seal-every").orElse(Duration.ofMinutes(5)),
        size(table, "reserve").map(ByteSize::bytes).orElse(1L << 20));
  }

  static Optional<Duration> duration(TomlTable table, String key) throws TomlMistake {
    return table.parsed(key, Durations::parse, "a length of time: " + Durations.FORM);
  }

  private static Optional<ByteSize> size(TomlTable table, String key) throws TomlMistake {
    return table.parsed(key, ByteSize::parse, "a size: " + ByteSize.FORM);
  }

  private static ByteSize memory(TomlTable limits) throws TomlMistake {
    ByteSize size = size(limits, "memory").orElse(new ByteSize(512, 'M'));
    if (size.bytes() < GroupLimits.LEAST_MEMORY.bytes()) {
      throw limits.mistake(
          "memory",
          "'%s' is too little to start a tool: at least %s"
              .formatted(size, GroupLimits.LEAST_MEMORY));
    }
    return size;
  }

  /**
   * A budget of recordings. The default is {@code usual}, or more if {@code limits.recording} is
   * raised, so that it has room for the same number of recordings.
   */
  private static ByteSize recordings(TomlTable limits, String key, ByteSize usual)
      throws TomlMistake {
    ByteSize one = size(limits, "recording").orElse(RECORDING);
    long many = usual.bytes() / RECORDING.bytes() * one.number();
    ByteSize fallback =
        usual.bytes() / RECORDING.bytes() * one.bytes() <= usual.bytes() || many > MOST_OF_UNIT
            ? usual
            : new ByteSize((int) many, one.unit());
    ByteSize size = size(limits, key).orElse(fallback);
    if (size.bytes() < FILES_OF_RECORDING * one.bytes()) {
      throw limits.mistake(
          key,
          "'%s' is less than one recording may take: at least twice limits.recording, '%s'"
              .formatted(size, one));
    }
    return size;
  }
}
