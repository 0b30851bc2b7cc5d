package dev.dbg;

import dev.dbg.answer.Diagnosis;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.recording.RecordingQuota;
import dev.dbg.audit.recording.Recordings;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.RepeatSuppressor;
import dev.dbg.authorize.HostNamespaces;
import dev.dbg.authorize.Rights;
import dev.dbg.cgroup.SessionGroups;
import dev.dbg.config.BuildVersion;
import dev.dbg.config.DaemonConfig;
import dev.dbg.config.PolicyVolume;
import dev.dbg.config.RightsLoader;
import dev.dbg.enter.Helper;
import dev.dbg.enter.Reader;
import dev.dbg.enter.ReaderProcess;
import dev.dbg.enter.UsersReaders;
import dev.dbg.grammar.Grammar;
import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.process.HostProcess;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.kernel.process.ThisHost;
import dev.dbg.kernel.process.Users;
import dev.dbg.kernel.socket.ServiceManager;
import dev.dbg.kernel.socket.UnixSocket;
import dev.dbg.metrics.Counters;
import dev.dbg.metrics.MetricsWriter;
import dev.dbg.model.Gid;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Pid;
import dev.dbg.policy.Policy;
import dev.dbg.resolve.Resolver;
import dev.dbg.review.LogReaders;
import dev.dbg.review.LogVerification;
import dev.dbg.serve.DaemonServices;
import dev.dbg.serve.IdleMemory;
import dev.dbg.serve.Server;
import dev.dbg.serve.WarmUp;
import dev.dbg.serve.WitnessedHosts;
import dev.dbg.session.RunningSessions;
import dev.dbg.session.SelfCheck;
import dev.dbg.session.Services;
import dev.dbg.session.SessionLimits;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toolroot.ToolRoots;
import dev.dbg.trace.Trace;
import dev.dbg.trace.TraceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon, dbgd(8): loads, checks itself, takes the socket, serves, drains.
 *
 * @param home the directory that dbgd is installed in
 * @param trace where to write how long each stage of a session took
 * @param logReader answers from the log in this process; empty: in a process of its own
 */
record Dbgd(Path home, DaemonConfig config, Optional<TraceFile> trace, Optional<Reader> logReader) {
  private static final Logger LOG = LoggerFactory.getLogger(Dbgd.class);

  /** The space that recordings leave free on the log's disk, as a multiple of audit.reserve. */
  private static final int RESERVES_FOR_LOG = 8;

  /** The most time that dbgd takes to close its log after the last session. */
  private static final Duration CLOSES_WITHIN = Duration.ofSeconds(15);

  /** The interval at which buffered lines of a trace are written. */
  private static final Duration TRACE_EVERY = Duration.ofSeconds(1);

  private static final Path OWN_NAMESPACES = Path.of("/proc/self/ns");

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** An installer creates this file first, so that dbgd tells operators why their sessions end. */
  private static final Path UPGRADING = Path.of("/run/dbg/upgrading");

  /**
   * Serves until dbgd is stopped.
   *
   * @param failing gets, before each step of the start, a message for operators in case the step
   *     fails; "" after the start. It contains nothing that only root may know
   */
  void serve(Consumer<String> failing) throws Exception {
    failing.accept("its own process cannot be set up");
    ThisProcess.forbidDumps();
    // New threads inherit the lowered capabilities.
    Capabilities.lower();
    RightsLoader loader = RightsLoader.of(home, config);
    failing.accept("the policy at %s, or the catalogue, is refused".formatted(config.policy()));
    Optional<PolicyVolume> volume = PolicyVolume.at(config.policy());
    Rights rights = loader.loadForStart();
    failing.accept("the audit log in %s cannot be written".formatted(config.audit().directory()));
    AuditService ledger = AuditService.open(config, Files.readString(BOOT_ID).strip(), thisHost());
    AuditLog audit = ledger.log();
    failing.accept("one of its services failed");
    DaemonMetrics metrics = new DaemonMetrics(ledger);
    DaemonServices agent = agent(loader, rights, audit, metrics);
    Services services = agent.services();
    SelfCheck.of(services).ifPresent(why -> LOG.error("sessions will fail on this host: {}", why));
    Optional<UnixSocket> given = UnixSocket.fromSystemd();
    UnixSocket socket = given.isPresent() ? given.get() : listen();
    IdleMemory memory = new IdleMemory(services.deadlines());
    Server server =
        new Server(
            agent,
            socket,
            4 * config.sessions(),
            4 * config.sessionsPerUser(),
            memory,
            config.kube().agent());
    trace.ifPresent(file -> write(file, services.deadlines()));

    failing.accept("");
    audit.append(daemon(Event.START));
    audit.append(loaded(rights.policy()));
    Runnable reload = ThisProcess.onSignal("HUP", () -> metrics.reloaded(reload(loader, services)));
    volume.ifPresent(map -> map.watch(services.deadlines(), reload, metrics::isReloaded));
    Optional<MetricsWriter> writer =
        config.metrics().map(file -> MetricsWriter.start(file, () -> metrics.of(services)));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stop(config.drain(), server, agent, ledger);
                  writer.ifPresent(MetricsWriter::close);
                  trace.ifPresent(TraceFile::flush);
                },
                "stop"));
    ServiceManager.tell("READY=1\nSTATUS=" + rights.policy().ruleCount() + " rules");
    System.err.println("ready");
    keepWatchdogQuiet(services.deadlines());
    WarmUp.soon(agent, server, memory);
    server.serve();
    // The process ends when the shutdown hook has finished.
    Thread.currentThread().join();
  }

  private UnixSocket listen() throws IOException {
    Optional<Gid> group = config.group().flatMap(Users::group);
    if (config.group().isPresent() && group.isEmpty()) {
      throw new IOException(
          "there is no group %s, whose members may connect: groupadd --system %s"
              .formatted(config.group().get(), config.group().get()));
    }
    return UnixSocket.listen(config.socket(), group);
  }

  private DaemonServices agent(
      RightsLoader loader, Rights rights, AuditLog audit, DaemonMetrics metrics) throws Exception {
    Services services = services(rights, audit, metrics.counters());
    return new DaemonServices(
        new Grammar(),
        services,
        readers(services, audit, metrics),
        home.resolve("share/dbg"),
        new Diagnosis.Premises(config.socket(), loader::load, config.metrics(), config.sessions()),
        new WitnessedHosts(config.receivers().witnessed(), System::nanoTime));
  }

  private LogReaders readers(Services services, AuditLog audit, DaemonMetrics metrics)
      throws IOException {
    Path directory = audit.settings().directory();
    ReaderProcess process =
        new ReaderProcess(
            services.helper(),
            services.toolRoots(),
            services.deadlines(),
            ReaderCommand.forLog(directory));
    return new LogReaders(
        logReader.orElse(process),
        new LogVerification(home.resolve("sbin/dbgd"), directory, metrics::verified));
  }

  private Services services(Rights rights, AuditLog audit, Counters counters) throws Exception {
    Helper helper = Helper.at(home.resolve("lib/dbg/dbg-enter"));
    ScheduledExecutorService deadlines =
        Executors.newScheduledThreadPool(
            1, Thread.ofPlatform().name("deadlines").daemon().factory());
    ToolRoots roots = new ToolRoots(helper::prepareKeeper);
    UsersReaders users =
        new UsersReaders(
            user -> new ReaderProcess(helper, roots, deadlines, ReaderCommand.forUser(user)));
    return new Services(
        new AtomicReference<>(rights),
        new Resolver(config.runtimes(), users),
        new HostNamespaces(HostProcess.ask(Dbgd::namespaces)),
        audit,
        new RepeatSuppressor(audit, counters::denied, Clock.systemUTC()),
        recordings(audit),
        roots,
        helper,
        new SessionLimits(config.sessions(), config.sessionsPerUser()),
        SessionGroups.open(config.groups(), deadlines),
        deadlines,
        new RunningSessions(),
        counters,
        config.timeout());
  }

  private Recordings recordings(AuditLog audit) {
    return new Recordings(
        audit.settings().directory(),
        config.recording(),
        new RecordingQuota(
            audit.settings().directory(),
            config.recordingsPerUser().bytes(),
            config.recordings().bytes(),
            RESERVES_FOR_LOG * audit.settings().reserve()));
  }

  /** Reads the host's present name: dbgd's UTS namespace still has the name at dbgd's start. */
  private HostIdentity thisHost() {
    return HostIdentity.of(ThisHost.name(), ThisHost.machineId()).in(config.kube().cluster());
  }

  private static Map<NamespaceKind, String> namespaces(Pid pid) throws KernelException {
    Map<NamespaceKind, String> identities = new EnumMap<>(NamespaceKind.class);
    try (ProcDir process = ProcDir.open(pid)) {
      for (NamespaceKind kind : NamespaceKind.values()) {
        // A kernel may be built without a kind of namespace.
        if (Files.exists(OWN_NAMESPACES.resolve(kind.word()), LinkOption.NOFOLLOW_LINKS)) {
          identities.put(kind, process.namespace(kind));
        }
      }
    }
    return identities;
  }

  /**
   * Loads the policy again. After a mistake the old policy stays in force. Both results are logged
   * and recorded. Records use the host's present name from then on.
   *
   * @return true if the new policy is in force
   */
  private boolean reload(RightsLoader loader, Services services) {
    tellManager("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / 1000);
    services.audit().writtenOn(thisHost());
    RecordBuilder draft;
    String status;
    boolean loaded = false;
    try {
      Rights rights = loader.load();
      services.rights().set(rights);
      status = rights.policy().ruleCount() + " rules";
      LOG.info("the policy is reloaded: {}", status);
      draft = loaded(rights.policy());
      loaded = true;
    } catch (IOException | TomlMistake | RuntimeException e) {
      String why = Objects.requireNonNullElseGet(e.getMessage(), e::toString);
      status = "the old policy stays in force: " + why;
      LOG.error("{}", status);
      draft =
          RecordBuilder.of(Event.POLICY)
              .with(RecordField.ACTION, Event.KEEP)
              .with(RecordField.POLICY, services.rights().get().policy().sha256())
              .with(RecordField.WHY, why);
    }
    try {
      services.audit().append(draft);
    } catch (AuditFailure e) {
      LOG.error("{}", e.message());
    }
    tellManager("READY=1\nSTATUS=" + status);
    return loaded;
  }

  private static void stop(
      Duration drain, Server server, DaemonServices agent, AuditService ledger) {
    Services services = agent.services();
    String cause =
        Files.exists(UPGRADING) ? "stopped for an upgrade" : "stopped by its administrator";
    tellManager(
        "STOPPING=1\nEXTEND_TIMEOUT_USEC="
            + drain.plus(Server.STOPS_WITHIN).plus(CLOSES_WITHIN).toNanos() / 1000);
    server.drain(drain, cause);
    services.audit().beginEnding();
    agent.readers().process().close();
    server.stop(cause);
    services.groups().close();
    try (ledger) {
      services.repeats().close();
      services.audit().append(daemon(Event.STOP));
    } catch (AuditFailure | IOException e) {
      LOG.error("{}", e.getMessage());
    }
  }

  private static RecordBuilder loaded(Policy policy) {
    return RecordBuilder.of(Event.POLICY)
        .with(RecordField.ACTION, Event.LOAD)
        .with(RecordField.POLICY, policy.sha256())
        .with(RecordField.RULES, policy.ruleCount())
        .with(RecordField.GROUPS, policy.groups().isEmpty() ? null : policy.groups());
  }

  private static RecordBuilder daemon(String action) {
    return RecordBuilder.of(Event.DAEMON)
        .with(RecordField.ACTION, action)
        .with(RecordField.VERSION, BuildVersion.number())
        .with(RecordField.PID, ThisProcess.pid().number());
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

  private static void write(TraceFile trace, ScheduledExecutorService deadlines) {
    Trace.to(trace);
    long every = TRACE_EVERY.toMillis();
    ScheduledFuture<?> _ =
        deadlines.scheduleAtFixedRate(trace::flush, every, every, TimeUnit.MILLISECONDS);
  }

  private static void tellManager(String state) {
    try {
      ServiceManager.tell(state);
    } catch (IOException e) {
      LOG.warn("systemd cannot be notified of {}: {}", state, e.getMessage());
    }
  }
}
