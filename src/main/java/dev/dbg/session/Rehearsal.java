package dev.dbg.session;

import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.Repetitions;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.UsageMistake;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Terminal;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.UnixConnection;
import dev.dbg.policy.Policy;
import dev.dbg.policy.PolicyReader;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.ToolFile;
import dev.dbg.wire.Reply;
import dev.dbg.wire.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whole sessions that dbgd runs on itself soon after its start: the real grammar, policy, engines,
 * log and entering, with a policy, a tool and a log that are not the operators'. A Java program is
 * slow until its code has run some hundred times; who asks first at 3 a.m. is not to be the one it
 * warms up on. Measured: a session after a start takes twice as long as one after the rehearsal.
 */
public final class Rehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

  /** About what the JVM wants to see of a method before it compiles it. */
  private static final int TIMES = 250;

  /** Later than the request that a socket may have started dbgd for. */
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

  private final House house;
  private final List<String> words =
      List.of("pid://" + ThisProcess.pid(), "net,uts,ipc", "--", "true");

  private boolean enginesAnswer = true;

  private Rehearsal(House house) {
    this.house = house;
  }

  /** Rehearses in a second, in a thread of its own: nothing waits for it. */
  public static void soon(House house) {
    Thread _ =
        Thread.ofPlatform()
            .name("rehearsal")
            .daemon()
            .start(
                () -> {
                  LockSupport.parkNanos(DELAY.toNanos());
                  rehearse(house);
                });
  }

  private static void rehearse(House house) {
    Path directory = house.audit().path().resolveSibling("rehearsal");
    try (AuditLog log = AuditLog.open(directory, "rehearsal", Clock.systemUTC())) {
      Rehearsal rehearsal = new Rehearsal(stage(house, log));
      for (int i = 0; i < TIMES; i++) {
        rehearsal.run();
      }
    } catch (AuditFailure | IOException | TomlMistake | UsageMistake | RuntimeException e) {
      LOG.warn("the rehearsal failed, and the first sessions will be slow: {}", e.getMessage());
    } finally {
      remove(directory);
    }
  }

  /** The house, with a policy, a log and limits that concern nobody. */
  private static House stage(House house, AuditLog log) throws TomlMistake {
    Catalogue catalogue = Catalogue.of(List.of(ToolFile.parse("rehearsal", SelfCheck.TRUE)));
    Policy policy = new PolicyReader(catalogue).read(new TreeMap<>(Map.of("rehearsal", POLICY)));
    return new House(
        house.grammar(),
        new AtomicReference<>(new House.Rights(policy, catalogue)),
        house.resolver(),
        log,
        new Repetitions(log, Clock.systemUTC()),
        house.recordings(),
        house.readingRoom(),
        house.logCheck(),
        house.views(),
        house.helper(),
        new Limits(1, 1),
        house.groups(),
        house.hostNamespaces(),
        house.deadlines(),
        house.sessions(),
        house.timeout(),
        house.premises());
  }

  private void run() throws KernelException, UsageMistake, AuditFailure {
    List<UnixConnection> ends = UnixConnection.pair();
    try (UnixConnection server = ends.get(0);
        UnixConnection _ = ends.get(1)) {
      Request request = new Request(new Terminal.Size(0, 0), Set.of(), "", "/", words);
      Invocation.Exec exec = (Invocation.Exec) house.grammar().parse(words);
      if (enginesAnswer) {
        enginesAnswer = house.resolver().rehearse();
      }
      new Session(
              house,
              house.rights().get(),
              Operators.of(server),
              request,
              exec,
              server,
              new Reply(server),
              () -> {})
          .run();
    }
  }

  private static void remove(Path directory) {
    try {
      if (Files.isDirectory(directory)) {
        try (var files = Files.newDirectoryStream(directory)) {
          for (Path file : files) {
            Files.delete(file);
          }
        }
        Files.delete(directory);
      }
    } catch (IOException e) {
      LOG.warn("the rehearsal's log is left at {}: {}", directory, e.getMessage());
    }
  }
}
