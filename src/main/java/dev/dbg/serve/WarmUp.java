package dev.dbg.serve;

import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.AuditSettings;
import dev.dbg.audit.write.RepeatSuppressor;
import dev.dbg.authorize.Rights;
import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.UsageMistake;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.process.MappedFiles;
import dev.dbg.kernel.process.Terminal;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.metrics.Counters;
import dev.dbg.policy.Policy;
import dev.dbg.policy.PolicyReader;
import dev.dbg.session.ClientRequest;
import dev.dbg.session.RunningSessions;
import dev.dbg.session.SelfCheck;
import dev.dbg.session.Services;
import dev.dbg.session.Session;
import dev.dbg.session.SessionLimits;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.ToolFile;
import dev.dbg.wire.Reply;
import dev.dbg.wire.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Complete sessions that dbgd runs on itself soon after its start, so that the JVM has compiled the
 * code before the first operator connects: without them a session takes twice as long (measured).
 * The engines and the entry are real; the policy, the tool and the log are separate ones.
 */
public final class WarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  /** About as often as a method must run before the JVM compiles it. */
  private static final int TIMES = 250;

  /** So that each page that a session needs has been used. */
  private static final int TIMES_AGAIN = 3;

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

  private final Grammar grammar;
  private final Services services;

  /** dbgd's own log; the rehearsal ends with it. */
  private final AuditLog real;

  private final List<String> words =
      List.of("pid://" + ThisProcess.pid(), "net,uts,ipc", "--", "true");

  private boolean enginesAnswer = true;

  private WarmUp(Grammar grammar, Services services, AuditLog real) {
    this.grammar = grammar;
    this.services = services;
    this.real = real;
  }

  /** Starts in the background, after a delay. {@code memory} is told when it has ended. */
  public static void soon(Agent agent, IdleMemory memory) {
    SessionLimits.Place busy = memory.during(() -> {});
    Thread _ =
        Thread.ofPlatform()
            .name("warm-up")
            .daemon()
            .start(
                () -> {
                  try (busy) {
                    LockSupport.parkNanos(DELAY.toNanos());
                    runAll(agent);
                  }
                });
  }

  private static void runAll(Agent agent) {
    prepare(agent);
    Path directory = agent.services().audit().path().resolveSibling("rehearsal");
    try (AuditLog log =
        AuditLog.open(AuditSettings.plain(directory), "rehearsal", Clock.systemUTC())) {
      WarmUp warmUp =
          new WarmUp(agent.grammar(), services(agent.services(), log), agent.services().audit());
      warmUp.run(TIMES);
      // What only the start needed leaves memory; what sessions need comes back, and is then in the
      // kernel's cache of files whenever dbgd has been idle.
      MappedFiles.evict();
      warmUp.run(TIMES_AGAIN);
    } catch (AuditFailure | IOException | TomlMistake | UsageMistake | RuntimeException e) {
      LOG.warn("the rehearsal failed: the first sessions will be slow: {}", e.getMessage());
    } finally {
      remove(directory);
    }
  }

  /** What the first client after a start did not wait for. */
  private static void prepare(Agent agent) {
    agent.grammar().prepare();
    try {
      agent.services().rights().get().catalogue().readAll();
    } catch (TomlMistake e) {
      LOG.error("the catalogue is damaged, and tools are refused: {}", e.message());
    }
  }

  /** The services, with a policy, a log and limits of its own. */
  private static Services services(Services real, AuditLog log) throws TomlMistake {
    Catalogue catalogue = Catalogue.of(List.of(ToolFile.parse("rehearsal", SelfCheck.TRUE)));
    Policy policy = new PolicyReader(catalogue).read(new TreeMap<>(Map.of("rehearsal", POLICY)));
    return new Services(
        new AtomicReference<>(new Rights(policy, catalogue)),
        real.resolver(),
        real.host(),
        log,
        new RepeatSuppressor(log, _ -> {}, Clock.systemUTC()),
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

  private void run(int times) throws KernelException, UsageMistake, AuditFailure {
    for (int i = 0; i < times && !real.isOver(); i++) {
      run();
    }
  }

  private void run() throws KernelException, UsageMistake, AuditFailure {
    List<UnixConnection> ends = UnixConnection.pair();
    try (UnixConnection server = ends.get(0);
        UnixConnection _ = ends.get(1)) {
      Request request = new Request(new Terminal.Size(0, 0), Set.of(), Map.of(), "/", words);
      Invocation.Exec exec = (Invocation.Exec) grammar.parse(words);
      if (enginesAnswer) {
        enginesAnswer = services.resolver().warmUp();
      }
      ClientRequest client =
          new ClientRequest(
              Operators.of(server, Optional.empty()),
              request,
              services.rights().get(),
              server,
              new Reply(server));
      new Session(services, client, exec, () -> {}, () -> {}).run();
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
