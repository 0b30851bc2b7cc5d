package dev.dbg.nativetests.scene.host;

import dev.dbg.nativetests.scene.engine.Containerd;
import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.log.AuditLog;
import dev.dbg.nativetests.scene.machine.Tree;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.user.HostUser;
import dev.dbg.nativetests.scene.user.Operator;
import dev.dbg.serve.AlteredServe;
import dev.dbg.session.AlteredSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A host with its own dbgd, for the tests of one class. Its configuration, policy and tools are
 * below a directory that only root can write. dbgd is started before the first test, unless the
 * class does that, and ended, by its pid, after the last.
 */
public final class Host implements BeforeAllCallback, AfterAllCallback {
  /** Lets the operators' group run every tool in the tests' containers. */
  public static final String EVERYTHING =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["dbgt-*", "pid://*"]
      namespaces = ["net", "uts", "ipc", "cgroup", "mnt", "pid", "user", "time"]
      tools = ["netstat", "ss", "ip", "hostname", "ipcs", "look", "attempt", "act", "tracer", "capable", "missing", "ls", "cat", "grep", "head", "stat", "df", "du", "tail", "readlink", "sha256sum"]
      record = "allowed"
      """;

  private final Settings settings;
  private final Bystanders bystanders = new Bystanders();
  private @Nullable Path directory;
  private @Nullable Daemon daemon;
  private @Nullable Engine docker;
  private @Nullable Engine podman;
  private @Nullable Containerd containerd;

  private Host(Settings settings) {
    this.settings = settings;
  }

  public static Host with(String policy) {
    return with(policy, Tree.UNREHEARSED);
  }

  /** A host whose dbgd also has its warm-up sessions, as an installed one. */
  public static Host asInstalled(String policy) {
    return with(policy, Tree.INSTALLED);
  }

  /** The same without the JVM's cache. */
  public static Host asBuilt(String policy) {
    return with(policy, new Tree.AsBuilt());
  }

  private static Host with(String policy, Tree tree) {
    return new Host(new Settings(policy, "", "", Host::engines, false, false, false, false, tree));
  }

  /**
   * The same host, with a dbg-enter that lacks a defence, or several of which one would suffice.
   *
   * @param defences each is {@code native-tests/c/without/NAME.h}
   */
  public Host without(String... defences) {
    Tree.Alteration alteration = new Tree.HelperWithout(List.of(defences));
    return new Host(settings.in(new Tree.Altered(settings.tree(), alteration)));
  }

  /**
   * The same host, with a dbgd in which classes of the tests stand in places of main's: it lacks a
   * defence, or waits where a test wants it to.
   *
   * @param alterations classes below {@code native-tests/altered}
   */
  public Host inWhich(Class<?>... alterations) {
    List<String> names = Stream.of(alterations).map(Class::getName).toList();
    return new Host(settings.in(Tree.inWhich(settings.tree(), names)));
  }

  /**
   * The same host, whose disk takes so long for an INTENT that dbg-enter has prepared everything
   * meanwhile.
   */
  public Host slowToRecord() {
    return inWhich(AlteredSession.SlowToRecord.class);
  }

  /**
   * The same host, where each user has 40 answers at once, and one more every second: whoever waits
   * for that is named in its log. How long an answer takes does not count.
   */
  public Host slowToAnswer() {
    return inWhich(AlteredServe.Slow.class);
  }

  /**
   * The same host, which also looks for users' engines, as an installed one does. These belong to
   * the whole machine: a class that makes users holds {@link HostUser#OF_THE_MACHINE}.
   */
  public Host withUsersEngines() {
    return new Host(settings.withUsersEngines(false));
  }

  /**
   * The same where all of these engines answer. On a busy machine the readers that ask them may
   * take longer than dbgd waits: operators try again then, as dbg tells them to.
   */
  public Host withAnsweringEngines() {
    return new Host(settings.withUsersEngines(true));
  }

  /** The same host with other runtimes. */
  public Host asking(Runtimes others) {
    return new Host(settings.asking(others));
  }

  /**
   * The same host with other limits.
   *
   * @param lines lines of the table {@code [limits]}
   */
  public Host limitedTo(String... lines) {
    return new Host(settings.limitedTo(String.join("\n", lines)));
  }

  /**
   * The same host with other settings of the log.
   *
   * @param lines lines of the table {@code [audit]}
   */
  public Host keeping(String... lines) {
    return new Host(settings.keeping(String.join("\n", lines)));
  }

  /**
   * The same host, whose dbgd is always started in a mount namespace of its own: what it mounts,
   * already as it starts, is on no one else's host, and what others mount is not on its own.
   */
  public Host inOwnMounts() {
    return new Host(settings.inOwnMounts());
  }

  /** The same host, whose dbgd the class starts itself, when there is what it is to find. */
  public Host startedByTheClass() {
    return new Host(settings.startedByTheClass());
  }

  /** An operator in the group that the policies name. */
  public Operator ann() {
    return operator(World.MEMBERS.get(0));
  }

  /** A second operator of the group. */
  public Operator bob() {
    return operator(World.MEMBERS.get(1));
  }

  /** A third operator of the group. */
  public Operator cal() {
    return operator(World.MEMBERS.get(2));
  }

  /** Root, using dbg as any operator does. */
  public Operator root() {
    return operator("root");
  }

  /** A user outside the group. */
  public Operator eve() {
    return operator(World.OUTSIDER);
  }

  private Operator operator(String name) {
    return new Operator(name, socket(), audit(), settings.persisting());
  }

  /** The dbgd that runs. */
  public Daemon daemon() {
    return Objects.requireNonNull(daemon);
  }

  /** What dbgd reads: its configuration, policy and tools. */
  public Configuration config() {
    return new Configuration(directory(), socket());
  }

  /** The log that dbgd writes. */
  public AuditLog audit() {
    return new AuditLog(config().audit().resolve("audit.jsonl"));
  }

  /** The processes of dbgd, of its sessions and of its operators. */
  public HostProcesses processes() {
    return new HostProcesses(daemon().pid(), socket());
  }

  /** The programs of dbg. */
  public Installed installed() {
    return new Installed(World.get().dist(settings.tree()), config().file(), config().audit());
  }

  /** What runs beside dbgd. */
  public Bystanders bystanders() {
    return bystanders;
  }

  public Engine docker() {
    return Objects.requireNonNull(docker);
  }

  public Engine podman() {
    return Objects.requireNonNull(podman);
  }

  /** A containerd of this host, which is started on first use. */
  public synchronized Containerd containerd() {
    if (containerd == null) {
      containerd = Containerd.start();
    }
    return containerd;
  }

  /** A directory of this host, below which only root can write. */
  public Path directory() {
    return Objects.requireNonNull(directory);
  }

  /** The path of a test program. */
  public Path program(String name) {
    return World.get().program(name);
  }

  public Path socket() {
    return directory().resolve("dbg.sock");
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    World world =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(World.class))
            .computeIfAbsent(World.class, key -> World.make(), World.class);
    directory = world.file("host");
    docker = new Engine("docker", World.socket("DOCKER_HOST"));
    podman = new Engine("podman", World.socket("CONTAINER_HOST"));
    config().write(settings, this);
    daemon = new Daemon(directory(), installed(), audit(), bystanders, settings.ownMounts());
    if (!settings.startedLater()) {
      daemon().starts();
    }
  }

  /** The table {@code [runtimes]} of its configuration. */
  public interface Runtimes {
    String lines(Host host);
  }

  private static String engines(Host host) {
    return "docker = [\"%s\"]\npodman = [\"%s\"]"
        .formatted(host.docker().socket(), host.podman().socket());
  }

  /** The state directories of both engines, with these sockets in place of their own. */
  public String engineStates(Path dockerSocket, Path podmanSocket) {
    return "docker = [\"%s\"]\npodman = [\"%s\"]\ndocker-state = [\"%s\"]\npodman-state = [\"%s\"]"
        .formatted(dockerSocket, podmanSocket, docker().state(), podman().state());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (docker != null) {
      docker.tidyUp();
    }
    if (podman != null) {
      podman.tidyUp();
    }
    bystanders.end();
    if (daemon != null && daemon.runs()) {
      daemon.stops();
    }
    if (containerd != null) {
      containerd.close();
    }
  }
}
