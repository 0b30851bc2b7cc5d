package dev.dbg.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.audit.recording.RecordingQuota;
import dev.dbg.audit.recording.Recordings;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.RepeatSuppressor;
import dev.dbg.authorize.HostNamespaces;
import dev.dbg.authorize.Rights;
import dev.dbg.cgroup.PretendedGroups;
import dev.dbg.enter.Helper;
import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.Invocation;
import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.PretendedKernel;
import dev.dbg.kernel.process.Terminal;
import dev.dbg.kernel.socket.Channel;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.metrics.Counters;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Samples;
import dev.dbg.model.amount.ByteSize;
import dev.dbg.policy.PolicyReader;
import dev.dbg.resolve.Resolver;
import dev.dbg.resolve.RuntimePlaces;
import dev.dbg.resolve.user.NoReaders;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toolroot.ToolRoots;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.Tool;
import dev.dbg.tools.ToolFile;
import dev.dbg.wire.Reply;
import dev.dbg.wire.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** All that a session needs, newly made, on a {@link PretendedKernel}. */
final class SessionBench implements AutoCloseable {
  /** Nothing here takes so long. */
  private static final Duration LONG = Duration.ofMinutes(1);

  private static final JsonMapper JSON = new JsonMapper();
  private static final Grammar GRAMMAR = new Grammar();

  private static final String POLICY =
      """
      [[rule]]
      who = ["user:ana"]
      containers = ["pid://*"]
      namespaces = ["net", "mnt", "pid", "ipc", "uts", "cgroup"]
      tools = ["true"]
      record = "allowed"
      """;

  private static final Rights RIGHTS = rights();

  private final PretendedKernel kernel;
  private final AuditLog log;
  private final Services services;
  private final Set<Integer> openBefore;
  private final int childrenBefore;

  /** The groups, the log, and the rest that sessions of several benches share. */
  record Shared(
      PretendedKernel kernel, AuditLog log, Path groups, ScheduledExecutorService deadlines) {}

  SessionBench(Shared shared, Groups groups) throws Exception {
    kernel = shared.kernel;
    log = shared.log;
    openBefore = open().keySet();
    childrenBefore = kernel.children();
    Path directory = log.settings().directory();
    Map<NamespaceKind, String> hosts = new EnumMap<>(NamespaceKind.class);
    for (NamespaceKind kind : NamespaceKind.values()) {
      hosts.put(kind, kind.word() + ":[1]");
    }
    Helper helper = Helper.at(Path.of("/usr/bin/env").toRealPath());
    services =
        new Services(
            new AtomicReference<>(RIGHTS),
            new Resolver(
                new RuntimePlaces(
                    List.of(), List.of(), List.of(), false, List.of(), List.of(), false, false),
                NoReaders.NONE),
            new HostNamespaces(hosts),
            log,
            new RepeatSuppressor(log, (_, _) -> {}, Clock.systemUTC()),
            new Recordings(
                directory,
                new ByteSize(1, 'M'),
                new RecordingQuota(directory, 1L << 40, 1L << 40, 1)),
            new ToolRoots(helper::prepareKeeper),
            helper,
            new SessionLimits(1, 1),
            PretendedGroups.in(
                shared.groups,
                groups != Groups.VERSION_1,
                groups == Groups.DELEGATED,
                shared.deadlines),
            shared.deadlines,
            new RunningSessions(),
            new Counters(),
            Duration.ofMinutes(10));
  }

  private static Rights rights() {
    try {
      Tool tool = ToolFile.parse("true", SelfCheck.TRUE + "input = \"never\"\n");
      Catalogue catalogue = Catalogue.of(List.of(tool));
      return new Rights(
          new PolicyReader(catalogue).read(new TreeMap<>(Map.of("p.toml", POLICY))), catalogue);
    } catch (TomlMistake e) {
      throw new IllegalStateException(e);
    }
  }

  /** Which control groups the host has. */
  enum Groups {
    VERSION_1,
    VERSION_2,
    DELEGATED
  }

  /**
   * How a session ended.
   *
   * @param status the client's exit status; empty if it was told none
   * @param said what the client printed on its standard error
   * @param ran whether a tool would have run
   * @param handed whether the client got its ends of the streams
   * @param escaped what came out of the session, and ends its thread
   */
  record Ended(
      Optional<Integer> status,
      String said,
      List<JsonNode> records,
      boolean ran,
      boolean handed,
      Optional<Throwable> escaped) {}

  /** Runs a session; {@code terminals} are the client's descriptors that are. */
  Ended run(List<String> words, Set<Integer> terminals) throws Exception {
    long from = Files.size(log.path());
    long before = kernel.ran();
    Invocation.Exec exec = (Invocation.Exec) GRAMMAR.parse(words);
    List<UnixConnection> pair = UnixConnection.pair();
    AtomicReference<Optional<Throwable>> escaped = new AtomicReference<>(Optional.empty());
    Client client = new Client(new Channel(pair.getLast().fd()));
    Thread hears = Thread.ofPlatform().daemon().name("client").start(client);
    try (UnixConnection connection = pair.getFirst()) {
      Request request =
          new Request(new Terminal.Size(24, 80), terminals, Map.of("TERM", "xterm"), "/", words);
      ClientRequest asked =
          new ClientRequest(
              Samples.operator("ana"),
              request,
              services.rights().get(),
              connection,
              new Reply(connection));
      Thread session =
          Thread.ofPlatform()
              .daemon()
              .name(PretendedKernel.SESSION)
              .start(
                  () -> {
                    Capabilities.lower();
                    try {
                      new Session(services, asked, exec, () -> {}, () -> {}).run();
                    } catch (Throwable e) {
                      escaped.set(Optional.of(e));
                    }
                  });
      if (!session.join(LONG)) {
        throw new IllegalStateException("the session does not end: " + stacks());
      }
    }
    if (!hears.join(LONG)) {
      throw new IllegalStateException("the client does not end");
    }
    return new Ended(
        client.status,
        client.said.toString(),
        records(from),
        kernel.ran() > before,
        client.handed,
        escaped.get());
  }

  private List<JsonNode> records(long from) throws IOException {
    byte[] all = Files.readAllBytes(log.path());
    String text = new String(all, (int) from, all.length - (int) from, StandardCharsets.UTF_8);
    List<JsonNode> records = new ArrayList<>();
    for (String line : text.lines().toList()) {
      records.add(JSON.readTree(line));
    }
    return records;
  }

  /** What the threads of the session do. */
  private static String stacks() {
    StringBuilder text = new StringBuilder();
    Thread.getAllStackTraces()
        .forEach(
            (thread, stack) -> {
              if (thread.getName().endsWith(PretendedKernel.SESSION)) {
                text.append('\n').append(thread.getName());
                for (StackTraceElement at : stack) {
                  text.append("\n  ").append(at);
                }
              }
            });
    return text.toString();
  }

  /** How many threads of sessions there are; usually the one that keeps the empty namespaces. */
  private static long threads() {
    Thread[] all = new Thread[256];
    int count = Thread.currentThread().getThreadGroup().enumerate(all);
    return Stream.of(all)
        .limit(count)
        .filter(thread -> thread.getName().endsWith(" of " + PretendedKernel.SESSION))
        .count();
  }

  /** What there is that there is not usually; empty if there is nothing. */
  String left(Map<String, Integer> usual) throws IOException {
    awaitThreads(1);
    Map<String, Integer> more = opened();
    usual.forEach((kind, count) -> more.merge(kind, -count, Integer::sum));
    more.values().removeIf(count -> count <= 0);
    return more.isEmpty()
            && kernel.children() == childrenBefore + 1
            && threads() == 1
            && services.running().count() == 0
        ? ""
        : "left are descriptors %s, %d children, %d threads, %d sessions"
            .formatted(
                more,
                kernel.children() - childrenBefore - 1,
                threads() - 1,
                services.running().count());
  }

  /** Threads are ending when what they do is done. */
  private static void awaitThreads(int most) {
    for (int i = 0; i < 60_000 && threads() > most; i++) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** What this process has open now that it had not before: how many of each kind. */
  Map<String, Integer> opened() throws IOException {
    Map<String, Integer> kinds = new TreeMap<>();
    open()
        .forEach(
            (number, link) -> {
              if (!openBefore.contains(number)) {
                kinds.merge(link.replaceAll("[0-9]+", ""), 1, Integer::sum);
              }
            });
    return kinds;
  }

  /** The descriptors of this process, but for the one by which they are listed. */
  private static Map<Integer, String> open() throws IOException {
    Map<Integer, String> open = new HashMap<>();
    Path list = Path.of("/proc/self").toRealPath().resolve("fd");
    try (var all = Files.newDirectoryStream(list)) {
      for (Path fd : all) {
        try {
          Path link = Files.readSymbolicLink(fd);
          if (!link.equals(list)) {
            open.put(Integer.valueOf(fd.getFileName().toString()), link.toString());
          }
        } catch (IOException e) {
          // Another thread has closed it.
        }
      }
    }
    return open;
  }

  /** Closes what dbgd keeps open as long as it runs. */
  @Override
  public void close() throws IOException, AuditFailure {
    services.repeats().close();
    services.groups().close();
    for (int number : open().keySet()) {
      if (!openBefore.contains(number)) {
        int _ = LibC.close(number);
      }
    }
    awaitThreads(0);
  }

  /** A client that prints nothing, and closes its streams at once. */
  private static final class Client implements Runnable {
    private final Channel connection;
    private final StringBuilder said = new StringBuilder();
    private Optional<Integer> status = Optional.empty();
    private boolean handed;

    Client(Channel connection) {
      this.connection = connection;
    }

    @Override
    public void run() {
      try (connection) {
        while (true) {
          Optional<Channel.Message> message = connection.receiveWithDescriptors(1 << 16);
          if (message.isEmpty()) {
            return;
          }
          message.get().descriptors().forEach(Fd::close);
          hear(ByteBuffer.wrap(message.get().bytes()));
        }
      } catch (IOException e) {
        said.append("the client fails: ").append(e.getMessage());
      }
    }

    private void hear(ByteBuffer packet) {
      int type = Byte.toUnsignedInt(packet.get());
      byte _ = packet.get();
      switch (type) {
        case 0x82 -> said.append(StandardCharsets.UTF_8.decode(packet));
        case 0x83 -> status = Optional.of(packet.getInt());
        case 0x86 -> handed = true;
        case 0x84 -> status = Optional.of(128 + packet.getInt());
        default -> {}
      }
    }
  }
}
