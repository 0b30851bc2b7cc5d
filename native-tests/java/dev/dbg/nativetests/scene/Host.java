package dev.dbg.nativetests.scene;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A host with its own dbgd, for the tests of one class. Its configuration, policy and tools are
 * below a directory that only root can write. dbgd is started before the first test and ended, by
 * its pid, after the last.
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

  /** Tests that run under nohup(1) ignore SIGHUP, and what they start would ignore it too. */
  private static final List<String> HEARS_HUP = List.of("env", "--default-signal=HUP");

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Leaves out of a new mount namespace what engines and other tests have mounted: the kernel takes
   * such a mount away, there too, when its directory is removed.
   */
  private static final String WITHOUT_OTHERS =
      """
      awk '{ for (i = 7; $i != "-"; i++); }
        $5 != "/" && ($(i + 1) ~ /^(overlay|nsfs|fuse)/ || $5 ~ /^.run.user.|dbg-tests-|.shm$/) {
          print $5 }' /proc/self/mountinfo | tac | xargs -r -n 1 umount --lazy
      mount --make-rshared /
      """;

  /** Looks after the first one, ten milliseconds apart. */
  private static final int LOOKS = 3;

  private final String policy;
  private final String limits;
  private final String audit;
  private final Tree tree;
  private final Runtimes runtimes;
  private final boolean usersEngines;
  private final List<Running> others = new ArrayList<>();
  private @Nullable Path directory;
  private @Nullable Process daemon;
  private @Nullable Engine docker;
  private @Nullable Engine podman;
  private @Nullable Containerd containerd;

  private Host(
      String policy,
      String limits,
      String audit,
      Runtimes runtimes,
      boolean usersEngines,
      Tree tree) {
    this.policy = policy;
    this.limits = limits;
    this.audit = audit;
    this.runtimes = runtimes;
    this.usersEngines = usersEngines;
    this.tree = tree;
  }

  public static Host with(String policy) {
    return new Host(policy, "", "", Host::engines, false, Tree.UNREHEARSED);
  }

  /** A host whose dbgd also has its warm-up sessions. */
  public static Host asBuilt(String policy) {
    return new Host(policy, "", "", Host::engines, false, new Tree.AsBuilt());
  }

  /**
   * The same host, with a dbg-enter that lacks a defence, or several of which one would suffice.
   *
   * @param defences each is {@code native-tests/c/without/NAME.h}
   */
  public Host without(String... defences) {
    return from(new Tree.HelperWithout(List.of(defences)));
  }

  /**
   * The same host, with a dbgd that lacks a defence. Calls may be chained, each with another source
   * file.
   *
   * @param source the file with the defence, below {@code src/main/java/dev/dbg}
   * @param words the defence
   * @param others the text that replaces it
   * @param more further pairs of text and replacement, in the same file
   */
  public Host inWhich(String source, String words, String others, String... more) {
    List<String> all = new ArrayList<>(List.of(words, others));
    all.addAll(List.of(more));
    return from(new Tree.DaemonWithout(source, all));
  }

  /**
   * The same host, whose disk takes so long for an INTENT that dbg-enter has prepared everything
   * meanwhile.
   */
  public Host slowToRecord() {
    return inWhich(
        "session/Session.java",
        "() -> record(\"record the intent\", intent.get()),",
        """
        () -> {
          try {
            Thread.sleep(700);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          record("record the intent", intent.get());
        },""");
  }

  /**
   * The same host, where each user has 40 answers at once, and one more every second: whoever waits
   * for that is named in its log. How long an answer takes does not count.
   */
  public Host slowToAnswer() {
    return inWhich(
            "serve/RequestRate.java",
            " AT_ONCE = 200",
            " AT_ONCE = 40",
            "EACH = Duration.ofMillis(20)",
            "EACH = Duration.ofSeconds(1)")
        .inWhich(
            "serve/Admission.java",
            "+ took.dividedBy(COUNTS_ONE_MORE)",
            "+ 0 * took.dividedBy(COUNTS_ONE_MORE)");
  }

  private Host from(Tree.Alteration alteration) {
    return new Host(
        policy, limits, audit, runtimes, usersEngines, new Tree.Altered(tree, alteration));
  }

  /**
   * The same host, which also looks for users' engines, as an installed one does. These belong to
   * the whole machine: a class that makes users holds {@link HostUser#OF_THE_MACHINE}.
   */
  public Host withUsersEngines() {
    return new Host(policy, limits, audit, runtimes, true, tree);
  }

  /** The same host with other runtimes. */
  public Host asking(Runtimes others) {
    return new Host(policy, limits, audit, others, usersEngines, tree);
  }

  /**
   * The same host with other limits.
   *
   * @param lines lines of the table {@code [limits]}
   */
  public Host limitedTo(String... lines) {
    return new Host(policy, String.join("\n", lines), audit, runtimes, usersEngines, tree);
  }

  /**
   * The same host with other settings of the log.
   *
   * @param lines lines of the table {@code [audit]}
   */
  public Host keeping(String... lines) {
    return new Host(policy, limits, String.join("\n", lines), runtimes, usersEngines, tree);
  }

  /** An operator in the group that the policies name. */
  public Operator ann() {
    return new Operator(this, World.MEMBERS.get(0));
  }

  /** A second operator of the group. */
  public Operator bob() {
    return new Operator(this, World.MEMBERS.get(1));
  }

  /** A third operator of the group. */
  public Operator cal() {
    return new Operator(this, World.MEMBERS.get(2));
  }

  /** Root, using dbg as any operator does. */
  public Operator root() {
    return new Operator(this, "root");
  }

  /** A user outside the group. */
  public Operator eve() {
    return new Operator(this, World.OUTSIDER);
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

  /** The shipped entries of the tools, as they were built. */
  public List<Catalogue.Tool> catalogue() {
    return Catalogue.in(World.get().dist(tree).resolve("share/dbg/tools.d"));
  }

  /** Reports when one of these files, or addresses to connect to, is touched: {@code notice}. */
  public Running notices(List<String> what) {
    return notices(List.of(), what);
  }

  /** The same in the network namespace of a container. */
  public Running noticesIn(Target network, String... what) {
    return notices(List.of("nsenter", "-t", Long.toString(network.pid()), "-n"), List.of(what));
  }

  private Running notices(List<String> before, List<String> what) {
    List<String> words = new ArrayList<>(before);
    words.add(program("notice").toString());
    words.addAll(what);
    Running noticing = Command.of(words).start().prints("noticing");
    others.add(noticing);
    return noticing;
  }

  /** The client program, dbg. */
  public Path client() {
    return World.get().dbg();
  }

  /** Gives a terminal another size, as a window manager does. */
  public void resizes(String terminal, int rows, int columns) {
    String _ =
        Command.must("sh", "-c", "stty rows %d cols %d <%s".formatted(rows, columns, terminal));
  }

  /** Runs the C compiler. */
  public void compiles(String... words) {
    String _ = Command.must(Stream.concat(Stream.of("cc"), Stream.of(words)).toList());
  }

  /** Makes a named pipe to which nobody ever writes. */
  public void makesPipe(Path path) {
    String _ = Command.must("mkfifo", path.toString());
  }

  /** Makes a device node, mknod(1). */
  public void makesNode(Path path, String kind, int major, int minor) {
    String _ =
        Command.must(
            "mknod",
            "-m",
            "666",
            path.toString(),
            kind,
            Integer.toString(major),
            Integer.toString(minor));
  }

  /** Listens at a socket, accepts and reads, and never answers; returns the socket. */
  public Path hangsAt(Path socket) {
    String _ = Command.must("rm", "-f", socket.toString());
    Running hanging = Command.of(program("serve").toString(), socket.toString(), "hang").start();
    others.add(hanging.prints("listening"));
    return socket;
  }

  /** Puts an engine's socket in the place of another that hangs. */
  public void answersAt(Path socket, Engine engine) {
    String _ = Command.must("ln", "-sf", engine.socket().toString(), socket.toString());
  }

  /**
   * Listens as a user under the name of a container's command socket, and answers that this process
   * is the container's first one.
   */
  public Running squats(String user, SystemContainer container, Target process) {
    Running squatting =
        Command.of(
                "setpriv",
                "--reuid",
                user,
                "--regid",
                user,
                "--clear-groups",
                program("squat").toString(),
                container.commandSocket(),
                Long.toString(process.pid()))
            .start();
    others.add(squatting);
    return squatting.prints("listening");
  }

  /** Makes a device node of fuse(4) that anybody may open, as most hosts have it. */
  public Path makesFuseDevice() {
    Path node = directory().resolve("fuse");
    String _ = Command.must("mknod", "-m", "666", node.toString(), "c", "10", "229");
    return node;
  }

  /** Mounts a file system that never answers on a directory, see {@code mute}. */
  public Running silences(Path directory) {
    Running mute = Command.of(program("mute").toString(), "deaf", directory.toString()).start();
    others.add(mute);
    return mute.prints("mounted");
  }

  /** Ends such a file system, and whoever waits for it goes on. */
  public void unmounts(Path directory, Running mute) {
    Ran _ = mute.gets("KILL").ends();
    String _ = Command.must("umount", "--lazy", directory.toString());
  }

  /** Gives a file to a user. */
  public void chowns(Path path, String user) {
    String _ = Command.must("chown", "--no-dereference", user, path.toString());
  }

  /** Moves a file to another path, and gives it to this user. */
  public void gives(Path from, Path to, HostUser user) {
    String _ = Command.must("mv", from.toString(), to.toString());
    chowns(to, user.name());
  }

  public Path config() {
    return directory().resolve("dbgd.toml");
  }

  public Path policyFile() {
    return directory().resolve("policy.d/10-tests.toml");
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
    Files.createDirectories(directory().resolve("policy.d"));
    Files.createDirectories(directory().resolve("tools.d"));
    writeConfig();
    writePolicy(policy);
    writeTool("look", "look", "");
    writeTool("attempt", "attempt", "");
    writeTool("act", "act", "forks = true");
    writeTool("tracer", "attempt", "tracer = true\ncapabilities = [\"SYS_PTRACE\", \"NET_RAW\"]");
    writeTool("capable", "look", "capabilities = [\"SYS_PTRACE\", \"NET_RAW\"]");
    writeTool("missing", "missing", "package = \"missing-tools\"");
    starts();
  }

  private void writeConfig() throws IOException {
    Files.writeString(
        config(),
        """
        [socket]
        path = "%s"
        group = "%s"
        [audit]
        dir = "%s"
        %s
        [policy]
        dir = "%s"
        [tools]
        dir = "%s"
        [runtimes]
        rootless = %s
        %s
        [limits]
        %s
        %s
        """
            .formatted(
                socket(),
                World.GROUP,
                directory().resolve("audit"),
                audit,
                directory().resolve("policy.d"),
                directory().resolve("tools.d"),
                usersEngines,
                runtimes.lines(this),
                limits,
                limits.contains("drain") ? "" : "drain = \"1s\""));
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

  /** The configuration of a dbgd that shares nothing with this one but its policy and tools. */
  public String otherConfig() {
    try {
      return Files.readString(config())
          .replace(socket().toString(), directory().resolve("other.sock").toString())
          .replace(
              directory().resolve("audit").toString(),
              directory().resolve("other-audit").toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the policy; dbgd reads it at the next reload. */
  public void writePolicy(String text) {
    try {
      Files.writeString(policyFile(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeTool(String name, String program, String more) throws IOException {
    writeTool(name, World.get().program(program), more);
  }

  /**
   * Writes a tool's file; dbgd reads it at the next reload.
   *
   * @param more further lines of the file
   */
  public void writeTool(String name, Path program, String more) throws IOException {
    Files.writeString(
        directory().resolve("tools.d/" + name + ".toml"),
        """
        name = "%s"
        file = "%s"
        summary = "a tool of the tests'"
        why = "the tests say so"
        operands = ["<text>..."]
        %s
        """
            .formatted(name, program, more));
  }

  /** Starts dbgd and waits until it says that it is ready. */
  public void starts() {
    startsBelow(List.of());
  }

  /** Starts dbgd where nothing is mounted at these places; other processes keep the mounts. */
  public void startsWithout(List<Path> mounts) {
    String script = "for place in $0; do umount $place || exit; done; exec \"$@\"";
    String places = mounts.stream().map(Path::toString).collect(Collectors.joining(" "));
    startsBelow(
        List.of("unshare", "--mount", "--propagation", "private", "sh", "-c", script, places));
  }

  /**
   * Starts dbgd in a separate mount namespace: mounts of other programs never appear in it, but a
   * mount that leaves a session by propagation does.
   */
  public void startsInOwnMounts() {
    String script = WITHOUT_OTHERS + "exec \"$@\"";
    startsBelow(
        List.of("unshare", "--mount", "--propagation", "private", "sh", "-ec", script, "sh"));
  }

  /** Keeps a mount namespace for dbgds of which one follows the other: see the method above. */
  public Running keepsMounts() {
    String script = WITHOUT_OTHERS + "echo kept; exec sleep infinity";
    Running keeper =
        Command.of("unshare", "--mount", "--propagation", "private", "sh", "-ec", script).start();
    others.add(keeper);
    return keeper.prints("kept");
  }

  /** Starts dbgd in the mount namespace of a process. */
  public void startsInMountsOf(Running keeper) {
    startsBelow(List.of("nsenter", "--target", Long.toString(keeper.pid()), "--mount", "--"));
  }

  /** Starts dbgd on a kernel without these system calls, named as {@code oldkernel} takes them. */
  public void startsOnKernelWithout(String... calls) {
    List<String> words = new ArrayList<>(List.of(program("oldkernel").toString()));
    words.addAll(List.of(calls));
    words.add("--");
    startsBelow(words);
  }

  /**
   * Starts dbgd without a capability in its bounding set.
   *
   * @param capability as setpriv(1) writes it
   */
  public void startsWithoutCapability(String capability) {
    startsBelow(List.of("setpriv", "--bounding-set", "-" + capability));
  }

  /** Starts dbgd in a UTS namespace of its own, in which the host has this name. */
  public void startsWithHostName(String name) {
    startsBelow(List.of("unshare", "--uts", "sh", "-c", "hostname \"$0\" && exec \"$@\"", name));
  }

  /** Starts dbgd with a trace, which is to be in this new file. */
  public void startsTraced(Path file) {
    startsBelow(List.of("sh", "-c", "exec \"$@\" --trace \"$0\"", file.toString()));
  }

  /** Starts dbgd with this limit of open descriptors. */
  public void startsWithDescriptors(int most) {
    startsBelow(List.of("prlimit", "--nofile=%d:%d".formatted(most, most)));
  }

  /**
   * Starts dbgd through a command that executes it in the end.
   *
   * @param words the words of that command, which precede dbgd's
   */
  private void startsBelow(List<String> words) {
    Path log = directory().resolve("log");
    try {
      Files.writeString(log, "");
      ProcessBuilder builder =
          new ProcessBuilder(
              Stream.of(HEARS_HUP, words, daemonWords(config())).flatMap(List::stream).toList());
      builder.redirectInput(Path.of("/dev/null").toFile());
      builder.redirectErrorStream(true).redirectOutput(Redirect.appendTo(log.toFile()));
      Process started = builder.start();
      daemon = started;
      // An interrupted run must leave no dbgd behind.
      Runtime.getRuntime().addShutdownHook(new Thread(started::destroy));
      Patience.until(
          "dbgd is ready",
          () -> log().lines().anyMatch("ready"::equals) || !started.isAlive(),
          log);
      if (!started.isAlive()) {
        throw new IllegalStateException("dbgd did not start: " + log());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> daemonWords(Path config) {
    return List.of(
        World.get().dist(tree).resolve("sbin/dbgd").toString(),
        "serve",
        "--config",
        config.toString());
  }

  /** Runs a program of this machine as root. */
  public Ran runsOfMachine(String... words) {
    return Command.of(words).run();
  }

  /** The same, of one that takes long. */
  public Ran runsLongOfMachine(String... words) {
    return Command.of(words).start().endsWithinMinutes(5);
  }

  /** Starts another dbgd, which is expected to end at once. */
  public Ran startsAnother(Path config) {
    return startsAnother(List.of(), config);
  }

  /** The same, without a capability in its bounding set. */
  public Ran startsAnotherWithoutCapability(String capability, Path config) {
    return startsAnother(List.of("setpriv", "--bounding-set", "-" + capability), config);
  }

  private Ran startsAnother(List<String> words, Path config) {
    Running another =
        Command.of(Stream.concat(words.stream(), daemonWords(config).stream()).toList()).start();
    try {
      return another.ends();
    } catch (AssertionError e) {
      Ran _ = another.gets("KILL").ends();
      throw e;
    }
  }

  /** Starts another dbgd, which the caller must end. */
  public Running startsBeside(Path config) {
    return Command.of(daemonWords(config)).start();
  }

  /** Starts another dbgd as systemd does: when somebody has connected to this socket. */
  public Running activatesAnother(Path activated, Path config) {
    return Command.of(
            Stream.concat(
                    Stream.of(program("activate").toString(), activated.toString()),
                    daemonWords(config).stream())
                .toList())
        .start()
        .prints("listening");
  }

  /** Verifies the log as the holder of a copy does: {@code dbgd verify DIR} with these words. */
  public Ran verifies(String... words) {
    return verifies(directory().resolve("audit"), words);
  }

  /** Verifies a copy of a log. */
  public Ran verifies(Path copy, String... words) {
    List<String> command = new ArrayList<>();
    command.add(World.get().dist(tree).resolve("sbin/dbgd").toString());
    command.add("verify");
    command.add(copy.toString());
    command.addAll(List.of(words));
    return Command.of(command).start().ends();
  }

  /** Runs a test program as root. */
  public Ran runsAsRoot(String program, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program(program).toString()));
    command.addAll(List.of(arguments));
    return Command.of(command).start().ends();
  }

  /**
   * Runs a verb of dbgd that talks to no daemon, with this host's configuration and these words.
   */
  public Ran runsOffline(String verb, String... words) {
    List<String> command = new ArrayList<>();
    command.add(World.get().dist(tree).resolve("sbin/dbgd").toString());
    command.addAll(List.of(verb, "--config", config().toString()));
    command.addAll(List.of(words));
    return Command.of(command).start().ends();
  }

  /** Runs dbgd's launcher with another Java. */
  public Ran runsLauncher(Path javaHome, String verb) {
    return runsLauncher(Map.of("JAVA_HOME", javaHome.toString()), verb);
  }

  /** Runs dbgd's launcher with these variables. */
  public Ran runsLauncher(Map<String, String> variables, String verb) {
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    return Command.of(World.get().dist(tree).resolve("sbin/dbgd").toString(), verb)
        .in(environment)
        .start()
        .ends();
  }

  /**
   * Follows the system calls of dbgd and of its children with strace(1), until strace is ended with
   * SIGINT.
   *
   * @param calls as strace's -e takes them
   * @param into the file that strace writes
   */
  public Running isTraced(String calls, Path into) {
    Running strace =
        Command.of(
                "strace",
                "-f",
                "-qq",
                "-s",
                "300",
                "-e",
                "trace=" + calls,
                "-o",
                into.toString(),
                "-p",
                Long.toString(daemonPid()))
            .start();
    Patience.until("strace writes", () -> Files.exists(into), strace);
    return strace;
  }

  public long daemonPid() {
    return Objects.requireNonNull(daemon).pid();
  }

  /** Ends dbgd with SIGKILL, as the kernel does when memory is short. */
  public void isKilled() {
    gets("KILL");
    waitForEnd();
  }

  /** Ends dbgd with SIGKILL, if it still runs. */
  public void isKilledByNow() {
    Process _ = Objects.requireNonNull(daemon).destroyForcibly();
    waitForEnd();
  }

  /**
   * Has dbgd killed before this system call of its next conversation, see {@code strike}, which
   * first prints {@code ready}.
   *
   * @param call its number, from 1; 0 kills nothing
   */
  public Running strikes(int call) {
    return Command.of(
            program("strike").toString(), Long.toString(daemonPid()), Integer.toString(call))
        .start();
  }

  /** Stops dbgd as systemd does. */
  public void stops() {
    gets("TERM");
    waitForEnd();
  }

  private void gets(String signal) {
    Processes.signal(signal, daemonPid());
  }

  private void waitForEnd() {
    try {
      if (!Objects.requireNonNull(daemon).waitFor(Patience.WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("dbgd does not end: " + log());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Makes dbgd read its policy again, waits for the record of the outcome, and returns it. */
  public AuditRecord reloads() {
    long before = lastSeq();
    gets("HUP");
    Patience.until("dbgd has reloaded", () -> !recordsAfter(before, "policy", "/event").isEmpty());
    return recordsAfter(before, "policy", "/event").get(0);
  }

  /** What dbgd printed on its standard error. */
  public String log() {
    try {
      return Files.readString(directory().resolve("log"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The tools that run now: dbgd's children that are still there after a few looks, without the one
   * that keeps the empty namespaces, and without readers. The children of a rehearsal live for some
   * milliseconds.
   */
  public List<Long> tools() {
    List<Long> stay = children();
    for (int looks = 0; looks < LOOKS && !stay.isEmpty(); looks++) {
      Patience.sleep();
      stay.retainAll(children());
    }
    return stay;
  }

  /** Ends the process that keeps the empty namespaces; dbgd makes another one when it needs it. */
  public void endsKeeper() {
    ProcessHandle.of(daemonPid()).stream()
        .flatMap(ProcessHandle::children)
        .map(ProcessHandle::pid)
        .filter(pid -> Processes.startedAs("dbg-enter", "empty").contains(pid))
        .forEach(pid -> Processes.signal("KILL", pid));
  }

  private List<Long> children() {
    return ProcessHandle.of(daemonPid()).stream()
        .flatMap(ProcessHandle::children)
        .map(ProcessHandle::pid)
        .filter(Processes::isAlive)
        .filter(pid -> !Processes.startedAs("dbg-enter", "empty").contains(pid))
        .filter(pid -> !readers().contains(pid))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  /** The processes that read for dbgd what strangers wrote. */
  public List<Long> readers() {
    return ProcessHandle.of(daemonPid()).stream()
        .flatMap(ProcessHandle::children)
        .map(ProcessHandle::pid)
        .filter(pid -> Processes.commandLine(pid).contains("\0dev.dbg.reader."))
        .toList();
  }

  /** Whether exactly one child of dbgd runs, and has been dbg-enter for a while. */
  public boolean isEntering() {
    List<Long> before = tools();
    Patience.sleep();
    return before.size() == 1
        && before.equals(tools())
        && Processes.wasStartedAs(before.getFirst(), "dbg-enter");
  }

  /** The processes of this host's sessions, and of its operators, that have these words. */
  public List<Long> startedAs(String... words) {
    return ours(Processes.startedAs(words));
  }

  /** The one process of this host's sessions, or of its operators, that has these words. */
  public long startedOnceAs(String... words) {
    List<Long> all = startedAs(words);
    if (all.size() != 1) {
      throw new AssertionError("not one process: " + String.join(" ", words) + ": " + all);
    }
    return all.getFirst();
  }

  /** The processes of this host's sessions, and of its operators, that execute this file. */
  public List<Long> executing(Path file) {
    return ours(Processes.executing(file));
  }

  /** Other tests run at the same time, with a dbgd and operators of theirs. */
  private List<Long> ours(List<Long> processes) {
    if (processes.isEmpty()) {
      return processes;
    }
    Set<Long> ours = Processes.of(daemonPid());
    String variable = "DBG_SOCKET=" + socket() + "\0";
    return processes.stream()
        .filter(pid -> ours.contains(pid) || Processes.environment(pid).contains(variable))
        .toList();
  }

  /** The dbg-enter that this host's dbgd runs. */
  public Path helper() {
    return World.get().dist(tree).resolve("lib/dbg/dbg-enter");
  }

  public Path auditLog() {
    return directory().resolve("audit/audit.jsonl");
  }

  /** All records, oldest first. */
  public List<AuditRecord> records() {
    List<AuditRecord> records = new ArrayList<>();
    try {
      if (Files.exists(auditLog())) {
        for (String line : LogLines.of(auditLog())) {
          JsonNode json = JSON.readTree(line);
          records.add(new AuditRecord(json));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return records;
  }

  /** All records, oldest first, without the lines that a crash cut off. */
  public List<AuditRecord> wholeRecords() {
    List<AuditRecord> records = new ArrayList<>();
    try {
      for (String line : LogLines.of(auditLog())) {
        if (line.endsWith("\"}")) {
          records.add(new AuditRecord(JSON.readTree(line)));
        }
      }
      return records;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asserts that no record was changed, removed, inserted or moved. */
  public void keepsItsChain() {
    AuditChain.verify(auditLog());
  }

  long lastSeq() {
    List<AuditRecord> all = records();
    return all.isEmpty() ? 0 : seq(all.get(all.size() - 1));
  }

  List<AuditRecord> recordsAfter(long seq, String operator) {
    return recordsAfter(seq, operator, "/operator/user");
  }

  private List<AuditRecord> recordsAfter(long seq, String value, String pointer) {
    return records().stream()
        .filter(record -> seq(record) > seq && record.text(pointer).equals(value))
        .toList();
  }

  private static long seq(AuditRecord record) {
    return record.json().path("seq").asLong();
  }

  /** Waits for the record of this event of a session, and returns it. */
  public AuditRecord waitsFor(String event, String session) {
    Patience.until("a record " + event + " of " + session, () -> !of(event, session).isEmpty());
    return of(event, session).get(0);
  }

  private List<AuditRecord> of(String event, String session) {
    return records().stream()
        .filter(record -> record.event().equals(event) && record.text("/session").equals(session))
        .toList();
  }

  /**
   * How many lines of the log contain this text; for a long log quicker than reading the records.
   */
  public long countLines(String text) {
    try (Stream<String> lines = Files.lines(auditLog(), StandardCharsets.US_ASCII)) {
      return lines.filter(line -> line.contains(text)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many records of this event there are. */
  public long count(String event) {
    return records().stream().filter(record -> record.event().equals(event)).count();
  }

  /** Waits until there are at least so many records of this event. */
  public void waitsForCount(String event, long wanted) {
    Patience.until(wanted + " records " + event, () -> count(event) >= wanted);
  }

  /** How many records an operator has. */
  public long recordsOf(Operator operator) {
    return recordsAfter(0, operator.name()).size();
  }

  /** The last record of this event. */
  public AuditRecord last(String event) {
    return records().reversed().stream()
        .filter(record -> record.event().equals(event))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no record " + event));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (docker != null) {
      docker.tidyUp();
    }
    if (podman != null) {
      podman.tidyUp();
    }
    others.stream()
        .filter(other -> Processes.isAlive(other.pid()))
        .forEach(other -> other.gets("KILL").ends());
    Process running = daemon;
    if (running != null && running.isAlive()) {
      stops();
    }
    if (containerd != null) {
      containerd.close();
    }
  }
}
