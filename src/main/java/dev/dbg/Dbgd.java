package dev.dbg;

import dev.dbg.audit.record.Draft;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.recording.Budget;
import dev.dbg.audit.recording.Recordings;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.Repetitions;
import dev.dbg.enter.Helper;
import dev.dbg.enter.SessionGroups;
import dev.dbg.enter.ToolViews;
import dev.dbg.grammar.Grammar;
import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.ProcDir;
import dev.dbg.kernel.ServiceManager;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.TrustedFile;
import dev.dbg.kernel.UnixSocket;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Pid;
import dev.dbg.resolve.Resolver;
import dev.dbg.session.House;
import dev.dbg.session.Limits;
import dev.dbg.session.LogCheck;
import dev.dbg.session.ReadingRoom;
import dev.dbg.session.Rehearsal;
import dev.dbg.session.SelfCheck;
import dev.dbg.session.Server;
import dev.dbg.session.Version;
import dev.dbg.toml.TomlMistake;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent, dbgd(8): loads, checks itself, takes the socket, serves, drains. */
final class Dbgd {
  private static final Logger LOG = LoggerFactory.getLogger(Dbgd.class);

  /** Its namespaces are the host's; those of dbgd may be a service's own. */
  private static final Pid INIT = new Pid(1);

  private static final Pid KTHREADD = new Pid(2);

  /** How many reserves stay free for the log where something is recorded. */
  private static final int FOR_LOG = 8;

  private static final Path OWN_NAMESPACES = Path.of("/proc/self/ns");

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final Path home;
  private final DaemonConfig config;
  private final boolean deliver;

  private Dbgd(Path home, DaemonConfig config, boolean deliver) {
    this.home = home;
    this.config = config;
    this.deliver = deliver;
  }

  public static void main(String[] words) {
    int status = run(words, System.err);
    if (status != ExitStatus.OK) {
      System.exit(status);
    }
  }

  static int run(String[] words, PrintStream err) {
    switch (words.length == 0 ? "" : words[0]) {
      case "verify" -> {
        return VerifyCommand.run(words, System.out, err);
      }
      case "deliver" -> {
        return DeliverCommand.run(words, err);
      }
      case "setup-keys" -> {
        return SetupKeysCommand.run(words, System.out, err);
      }
      default -> {
        if (Offline.isMeant(words)) {
          return Offline.run(home(), words, System.out, err);
        }
      }
    }
    Optional<DaemonCommand.Asked> asked = DaemonCommand.parse(words, err);
    if (asked.isEmpty()) {
      return ExitStatus.DBG_FAILED;
    }
    try {
      Path file = asked.get().config();
      DaemonConfig config = DaemonConfig.parse(file.toString(), TrustedFile.read(file));
      new Dbgd(home(), config, asked.get().deliver()).serve();
      return ExitStatus.OK;
    } catch (TomlMistake e) {
      err.println("dbgd: " + e.message());
    } catch (AuditFailure e) {
      err.println("dbgd: " + e.message());
    } catch (Exception e) {
      err.println("dbgd: cannot start: " + e.getMessage());
    }
    return ExitStatus.DBG_FAILED;
  }

  private static Path home() {
    return Path.of(System.getProperty("dbg.home", "/usr/local"));
  }

  private void serve() throws Exception {
    ThisProcess.forbidDumps();
    // Threads that begin from here on begin like this one.
    Capabilities.lower();
    RightsLoader loader =
        new RightsLoader(home.resolve("share/dbg/tools.d"), config.tools(), config.policy());
    House.Rights rights = loader.load();
    Ledger ledger = Ledger.open(config, deliver, Files.readString(BOOT_ID).strip());
    AuditLog audit = ledger.log();
    House house = house(loader, rights, audit);
    SelfCheck.of(house).ifPresent(why -> LOG.error("sessions will fail on this host: {}", why));
    Optional<UnixSocket> given = UnixSocket.fromSystemd();
    UnixSocket socket =
        given.isPresent() ? given.get() : UnixSocket.listen(config.socket(), config.group());
    Server server =
        new Server(house, socket, new Limits(4 * config.sessions(), 4 * config.sessionsPerUser()));

    audit.append(daemon("start"));
    audit.append(
        Draft.of(Event.POLICY)
            .with("action", "load")
            .with("policy", rights.policy().sha256())
            .with("rules", rights.policy().ruleCount()));
    ThisProcess.onSignal("HUP", () -> reload(loader, house));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, house, ledger), "stop"));
    ServiceManager.tell("READY=1\nSTATUS=" + rights.policy().ruleCount() + " rules");
    System.err.println("ready");
    keepWatchdogQuiet(house.deadlines());
    Rehearsal.soon(house);
    server.serve();
    // The shutdown hook is at work; the process ends when it has finished.
    Thread.currentThread().join();
  }

  private House house(RightsLoader loader, House.Rights rights, AuditLog audit) throws Exception {
    ScheduledExecutorService deadlines =
        Executors.newScheduledThreadPool(
            1, Thread.ofPlatform().name("deadlines").daemon().factory());
    return new House(
        new Grammar(),
        new AtomicReference<>(rights),
        new Resolver(config.runtimes(), config.rootless()),
        audit,
        new Repetitions(audit, Clock.systemUTC()),
        new Recordings(
            audit.settings().directory(),
            config.recording(),
            new Budget(
                audit.settings().directory(),
                config.recordingsPerUser().bytes(),
                config.recordings().bytes(),
                FOR_LOG * audit.settings().reserve())),
        new ReadingRoom(),
        new LogCheck(home.resolve("sbin/dbgd"), audit.settings().directory()),
        new ToolViews(),
        Helper.at(home.resolve("lib/dbg/dbg-enter")),
        new Limits(config.sessions(), config.sessionsPerUser()),
        SessionGroups.open(config.groups()),
        hostNamespaces(),
        deadlines,
        ConcurrentHashMap.newKeySet(),
        config.timeout(),
        new House.Premises(config.socket(), loader::load, config.sessions()));
  }

  /**
   * The first process's. Where a security module hides it from root, those of the kernel's own
   * threads, which never leave the first namespaces. Never a guess: dbgd's own may be a service's.
   */
  private static Map<NamespaceKind, String> hostNamespaces() throws IOException {
    try {
      return namespaces(INIT);
    } catch (KernelException e) {
      if (Files.readString(Path.of("/proc/" + KTHREADD + "/comm")).equals("kthreadd\n")) {
        return namespaces(KTHREADD);
      }
      throw e;
    }
  }

  private static Map<NamespaceKind, String> namespaces(Pid pid) throws KernelException {
    Map<NamespaceKind, String> identities = new EnumMap<>(NamespaceKind.class);
    try (ProcDir process = ProcDir.open(pid)) {
      for (NamespaceKind kind : NamespaceKind.values()) {
        // A kernel that was built without a kind has it for no process.
        if (Files.exists(OWN_NAMESPACES.resolve(kind.word()), LinkOption.NOFOLLOW_LINKS)) {
          identities.put(kind, process.namespace(kind));
        }
      }
    }
    return identities;
  }

  /** The old policy stays in force when the new one is wrong; both are said and recorded. */
  private void reload(RightsLoader loader, House house) {
    tellManager("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / 1000);
    Draft draft = Draft.of(Event.POLICY);
    String status;
    try {
      House.Rights rights = loader.load();
      house.rights().set(rights);
      status = rights.policy().ruleCount() + " rules";
      LOG.info("the policy is reloaded: {}", status);
      draft
          .with("action", "load")
          .with("policy", rights.policy().sha256())
          .with("rules", rights.policy().ruleCount());
    } catch (IOException | TomlMistake e) {
      status = "the old policy stays in force: " + e.getMessage();
      LOG.error("{}", status);
      draft
          .with("action", "keep")
          .with("policy", house.rights().get().policy().sha256())
          .with("why", e.getMessage());
    }
    try {
      house.audit().append(draft);
    } catch (AuditFailure e) {
      LOG.error("{}", e.message());
    }
    tellManager("READY=1\nSTATUS=" + status);
  }

  private static void stop(Server server, House house, Ledger ledger) {
    tellManager("STOPPING=1");
    house.audit().beginEnding();
    server.stop();
    house.groups().close();
    try (ledger) {
      house.repetitions().close();
      house.audit().append(daemon("stop"));
    } catch (AuditFailure | IOException e) {
      LOG.error("{}", e.getMessage());
    }
  }

  private static Draft daemon(String action) {
    return Draft.of(Event.DAEMON)
        .with("action", action)
        .with("version", Version.number())
        .with("pid", ThisProcess.pid().number());
  }

  private static void keepWatchdogQuiet(ScheduledExecutorService deadlines) {
    Optional<Duration> watchdog = ServiceManager.watchdog();
    if (watchdog.isPresent()) {
      long every = watchdog.get().toMillis() / 3;
      ScheduledFuture<?> _ =
          deadlines.scheduleAtFixedRate(
              () -> tellManager("WATCHDOG=1"), every, every, TimeUnit.MILLISECONDS);
    }
  }

  private static void tellManager(String state) {
    try {
      ServiceManager.tell(state);
    } catch (IOException e) {
      LOG.warn("systemd is not told {}: {}", state, e.getMessage());
    }
  }
}
