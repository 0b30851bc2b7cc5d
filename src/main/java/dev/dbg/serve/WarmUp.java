package dev.dbg.serve;

import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.AuditSettings;
import dev.dbg.audit.write.RepeatSuppressor;
import dev.dbg.authorize.Rights;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.process.MappedFiles;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.metrics.Counters;
import dev.dbg.model.Refusal;
import dev.dbg.plan.View;
import dev.dbg.policy.Policy;
import dev.dbg.policy.PolicyReader;
import dev.dbg.session.RunningSessions;
import dev.dbg.session.SelfCheck;
import dev.dbg.session.Services;
import dev.dbg.session.SessionLimits;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toolroot.ToolRoots;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.Tool;
import dev.dbg.tools.ToolFile;
import dev.dbg.wire.Packets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the first operators after a start need not wait for: the roots of the tools that rules name,
 * and complete sessions that dbgd runs on itself, as a client that sends its request, so that the
 * JVM has loaded and compiled the code. Without them the first line took the processors 95 ms.
 *
 * <p>The server's code, root's engines and the entry are real; the policy, the tool, the log and
 * all counts of users are separate ones. A container's process is looked for and held, and nothing
 * is started in it.
 */
public final class WarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  /**
   * The JVM looks whether to compile a method at every 32nd call, and compiles it from the second
   * time on, but not all at once: this is a little more than four times that.
   */
  private static final int TIMES = 140;

  /** So that each page that a session needs has been used. */
  private static final int TIMES_AGAIN = 3;

  /** So many tools are made ready: each keeps a descriptor, a namespace and mounts. */
  private static final int MOST_TOOLS = 16;

  /** After the request for which socket activation may have started dbgd. */
  private static final Duration DELAY = Duration.ofSeconds(1);

  private static final String POLICY =
      """
      [[rule]]
      who = ["*"]
      containers = ["pid://*"]
      namespaces = ["net", "uts", "ipc"]
      tools = ["true"]
      host-namespaces = true
      """;

  private final Server server;
  private final Services services;

  /** dbgd's own; the rehearsal ends with them. */
  private final Services real;

  private final byte[] request =
      Packets.request(List.of("pid://" + ThisProcess.pid(), "net,uts,ipc", "--", "true"));

  private boolean enginesAnswer = true;

  private WarmUp(Server server, Services services, Services real) {
    this.server = server;
    this.services = services;
    this.real = real;
  }

  /** Starts in the background, after a delay. {@code memory} is told when it has ended. */
  public static void soon(DaemonServices agent, Server server, IdleMemory memory) {
    SessionLimits.Place busy = memory.during(() -> {});
    Thread _ =
        Thread.ofPlatform()
            .name("warm-up")
            .daemon()
            .start(
                () -> {
                  try (busy) {
                    LockSupport.parkNanos(DELAY.toNanos());
                    runAll(agent, server);
                  }
                });
  }

  private static void runAll(DaemonServices agent, Server server) {
    Services real = agent.services();
    Path directory = real.audit().path().resolveSibling("rehearsal");
    try (AuditLog log =
            AuditLog.open(AuditSettings.plain(directory), "rehearsal", Clock.systemUTC());
        RepeatSuppressor repeats = new RepeatSuppressor(log, (_, _) -> {}, Clock.systemUTC())) {
      prepare(agent);
      DaemonServices rehearsal =
          new DaemonServices(
              agent.grammar(),
              services(real, log, repeats),
              agent.readers(),
              agent.share(),
              agent.premises(),
              agent.witnessed());
      WarmUp warmUp = new WarmUp(server.rehearsing(rehearsal), rehearsal.services(), real);
      warmUp.run(TIMES);
      // What only the start needed leaves memory; what sessions need comes back, and is then in the
      // kernel's cache of files whenever dbgd has been idle.
      MappedFiles.evict();
      warmUp.run(TIMES_AGAIN);
    } catch (AuditFailure | IOException | TomlMistake | RuntimeException e) {
      LOG.warn("the rehearsal failed: the first sessions will be slow: {}", e.getMessage());
    } finally {
      remove(directory);
    }
  }

  /** What the first client after a start did not wait for. */
  private static void prepare(DaemonServices agent) {
    agent.grammar().prepare();
    Rights rights = agent.services().rights().get();
    try {
      rights.catalogue().readAll();
    } catch (TomlMistake e) {
      LOG.error("the catalogue is damaged, and tools are refused: {}", e.message());
      return;
    }
    rights.catalogue().all().stream()
        .filter(tool -> !tool.isTold() && rights.policy().names(tool.name()))
        .filter(ToolRoots::waitsForNobody)
        .limit(MOST_TOOLS)
        .forEach(tool -> makeReady(tool, agent.services().toolRoots()));
  }

  /** The root of a tool that a rule names, as most lines need it. */
  private static void makeReady(Tool tool, ToolRoots roots) {
    try {
      roots.ready(tool, View.of(tool, tool.kinds().requires())).close();
    } catch (Refusal | RuntimeException e) {
      // A session that wants it says so.
    }
  }

  /** The services, with a policy, a log and limits of its own. */
  private static Services services(Services real, AuditLog log, RepeatSuppressor repeats)
      throws TomlMistake {
    Catalogue catalogue = Catalogue.of(List.of(ToolFile.parse("rehearsal", SelfCheck.TRUE)));
    Policy policy = new PolicyReader(catalogue).read(new TreeMap<>(Map.of("rehearsal", POLICY)));
    return new Services(
        new AtomicReference<>(new Rights(policy, catalogue)),
        real.resolver().ofRoot(),
        real.host(),
        log,
        repeats,
        real.recordings(),
        real.toolRoots(),
        real.helper(),
        new SessionLimits(1, 1),
        real.groups(),
        real.deadlines(),
        new RunningSessions(),
        new Counters(),
        real.timeout());
  }

  private void run(int times) throws KernelException {
    for (int i = 0; i < times && !isOver(); i++) {
      run();
    }
  }

  private boolean isOver() {
    return real.audit().isOver()
        || real.running().closed().isPresent()
        || services.audit().isOver();
  }

  private void run() throws KernelException {
    if (enginesAnswer) {
      enginesAnswer = services.resolver().warmUp();
    }
    List<UnixConnection> ends = UnixConnection.pair();
    Optional<UnixConnection.Packet> last;
    // The server closes its end; again, if it was not reached.
    try (UnixConnection end = ends.get(0);
        UnixConnection client = ends.get(1)) {
      client.send(request);
      server.rehearse(end);
      last = client.last();
    }
    if (last.filter(packet -> Packets.isSuccess(packet.bytes())).isEmpty() && !isOver()) {
      throw new IllegalStateException("a session of it failed");
    }
  }

  private static void remove(Path directory) {
    try (var files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (NoSuchFileException e) {
      // The directory was not created.
    } catch (IOException e) {
      LOG.warn("cannot remove the rehearsal's log {}: {}", directory, e.getMessage());
    }
  }
}
