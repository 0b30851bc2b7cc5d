package dev.dbg;

import dev.dbg.administer.DaemonVerb;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.AuditSettings;
import dev.dbg.audit.write.Sealer;
import dev.dbg.config.BuildVersion;
import dev.dbg.config.DaemonConfig;
import dev.dbg.config.ReceiversConfig;
import dev.dbg.deliver.Deliveries;
import dev.dbg.model.ExitStatus;
import dev.dbg.session.SelfCheck;
import dev.dbg.toml.TomlMistake;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/**
 * {@code dbgd cache}: the training run from which the JVM makes its cache of classes. The launcher
 * starts this verb, makes the cache, tries it and installs it.
 *
 * <p>The run serves like the service, with a configuration, socket, log and engine of its own, and
 * gets the requests of typical clients. It uses nothing of the host except control groups, which it
 * removes.
 */
@Command(
    name = CacheCommand.NAME,
    header = {"  dbgd cache", ""},
    description = "Make the cache with which the service starts in half the time.",
    customSynopsis = "dbgd cache")
final class CacheCommand implements DaemonVerb {
  static final String NAME = "cache";

  private static final Duration READY_WITHIN = Duration.ofSeconds(60);
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(20);
  private static final Duration LOOK_UP = Duration.ofMillis(20);

  /** Sessions with and without a relay, a refused command, and verbs that readers answer. */
  private static final List<List<String>> REQUESTS =
      List.of(
          List.of("tools"),
          List.of(StandInEngine.CONTAINER, "net", "--", "true"),
          List.of(StandInEngine.CONTAINER, "--", "true"),
          List.of(StandInEngine.CONTAINER, "net,pid", "--", "true"),
          List.of(StandInEngine.CONTAINER, "net", "--", "false"),
          List.of("sessions"),
          List.of("audit"),
          List.of("audit", "summary"));

  private final Path home;
  private final Consumer<Path> service;

  /** The directory that the launcher made for the run; null without the launcher. */
  private final @Nullable String training = System.getProperty("dbg.training");

  /** {@code service} serves with a configuration until it ends. */
  CacheCommand(Path home, Consumer<Path> service) {
    this.home = home;
    this.service = service;
  }

  @Override
  public DaemonVerb.Result run() throws Exception {
    if (training == null) {
      throw new IOException(
          "type dbgd cache without an argument: sbin/dbgd starts the training run");
    }
    Path directory = Path.of(training);
    Process container = new ProcessBuilder("sleep", "600").start();
    try {
      StandInEngine.listen(
          directory.resolve("engine"), prepared("container.json"), container.pid());
      Path config = configure(directory);
      leaveRecord(config);
      Thread agent = Thread.ofPlatform().name("main").start(() -> service.accept(config));
      awaitReady(agent, directory.resolve("socket"));
      ask(directory, List.of("version"), true);
      deliver(config);
      for (List<String> words : REQUESTS) {
        ask(directory, words, false);
      }
    } finally {
      Process _ = container.destroyForcibly();
    }
    // A normal exit, at which the JVM writes its record of the run.
    System.exit(ExitStatus.OK);
    return DaemonVerb.Result.DONE;
  }

  @Override
  public String failure() {
    return "the training run failed";
  }

  private Path configure(Path directory) throws IOException {
    for (String name : List.of("policy.d", "tools.d")) {
      Path _ = Files.createDirectory(directory.resolve(name));
    }
    write(directory.resolve("tools.d/true.toml"), SelfCheck.TRUE);
    write(directory.resolve("policy.d/rule.toml"), prepared("rule.toml"));
    Path config = directory.resolve("dbgd.toml");
    write(config, prepared("dbgd.toml").replace("DIRECTORY", directory.toString()));
    return config;
  }

  private String prepared(String file) throws IOException {
    return Files.readString(home.resolve("share/dbg/rehearsal").resolve(file));
  }

  /** Leaves a sealed log, so that the run continues an existing log as the service usually does. */
  private static void leaveRecord(Path config) throws IOException, TomlMistake, AuditFailure {
    AuditSettings settings = DaemonConfig.read(config).audit();
    try (AuditLog log = AuditLog.open(settings, "rehearsal", Clock.systemUTC());
        Sealer _ = Sealer.idle(log, Clock.systemUTC())) {
      log.append(RecordBuilder.of(Event.DAEMON).with(RecordField.ACTION, Event.START));
    }
  }

  /** Sends the log to its receivers, for the classes of {@code dbgd deliver}. */
  private static void deliver(Path config) throws IOException, TomlMistake {
    DaemonConfig read = DaemonConfig.read(config);
    ReceiversConfig receivers = read.receivers();
    Deliveries _ =
        Deliveries.start(
            read.audit().directory(),
            receivers.notes(),
            receivers.receivers(),
            BuildVersion.number());
  }

  private static void write(Path file, String text) throws IOException {
    Path _ = Files.writeString(file, text);
  }

  private static void awaitReady(Thread agent, Path socket) throws IOException {
    long end = System.nanoTime() + READY_WITHIN.toNanos();
    while (!Files.exists(socket)) {
      if (!agent.isAlive()) {
        throw new IOException("dbgd did not start in the training run: see the lines above");
      }
      if (System.nanoTime() - end > 0) {
        throw new IOException(
            "dbgd was not ready after %d s of the training run: see the lines above"
                .formatted(READY_WITHIN.toSeconds()));
      }
      LockSupport.parkNanos(LOOK_UP.toNanos());
    }
  }

  /**
   * Runs a client. A session may fail, as in an unprivileged container: then the cache is smaller.
   */
  private void ask(Path directory, List<String> words, boolean mustAnswer)
      throws IOException, InterruptedException {
    ProcessBuilder client = new ProcessBuilder(home.resolve("bin/dbg").toString());
    client.command().addAll(words);
    client.environment().put("DBG_SOCKET", directory.resolve("socket").toString());
    client.redirectErrorStream(true).redirectOutput(new File("/dev/null"));
    Process process = client.start();
    try {
      boolean answered = process.waitFor(ANSWERS_WITHIN.toSeconds(), TimeUnit.SECONDS);
      if (mustAnswer && !(answered && process.exitValue() == ExitStatus.OK)) {
        throw new IOException(
            "dbgd did not answer in the training run: dbg " + String.join(" ", words));
      }
    } finally {
      Process _ = process.destroyForcibly();
    }
  }
}
