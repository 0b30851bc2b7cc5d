package dev.dbg.nativetests.scene.user;

import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A user of the host with a home, a runtime directory as a login would make it, and ids for
 * containers. Closing it removes the user and all of the user's processes.
 */
public final class HostUser implements AutoCloseable {
  /**
   * The resource that a class needs which makes users, or whose dbgd looks for their engines: every
   * dbgd that does sees the users of all.
   */
  public static final String OF_THE_MACHINE = "users of the machine";

  private static final Path RUNTIME_DIRECTORIES = Path.of("/run/user");

  /** No uid is used twice: dbgd remembers for a while that a user's service hangs. */
  private static final AtomicInteger UIDS = new AtomicInteger(40_000);

  /** Beyond the ids that Debian's incus gives root, which leave room for 13 users below them. */
  private static final int IDS_FROM = 1_100_000_000;

  private static final int IDS_TO = 1_200_000_000;

  /** Ends the user's processes first; root of a container of theirs is this user. */
  private static final String REMOVE =
      "! getent passwd $0 >/dev/null || { pkill -KILL -U $0; userdel --force $0 2>&1; }";

  private final String name;
  private final Path home;
  private final Path runtimeDirectory;
  private final List<Running> running = new ArrayList<>();
  private @Nullable UserPodman podman;
  private @Nullable UserDocker docker;

  private HostUser(String name, Path home, Path runtimeDirectory) {
    this.name = name;
    this.home = home;
    this.runtimeDirectory = runtimeDirectory;
  }

  /** Makes a user. One of that name, left by a run that was killed, is removed first. */
  public static HostUser called(String name) {
    String _ = Machine.changesUsers("sh", "-c", REMOVE, name);
    Path home = World.get().file("home");
    String _ =
        Machine.changesUsers(
            "useradd",
            "--key",
            "SUB_UID_MIN=" + IDS_FROM,
            "--key",
            "SUB_UID_MAX=" + IDS_TO,
            "--key",
            "SUB_GID_MIN=" + IDS_FROM,
            "--key",
            "SUB_GID_MAX=" + IDS_TO,
            "--uid",
            Integer.toString(freeUid()),
            "--user-group",
            "--create-home",
            "--home-dir",
            home.toString(),
            name);
    Path directory = RUNTIME_DIRECTORIES.resolve(Command.must("id", "-u", name));
    String _ = Command.must("rm", "-rf", "--one-file-system", directory.toString());
    String _ = Command.must("install", "-d", "-m", "0755", RUNTIME_DIRECTORIES.toString());
    String _ =
        Command.must("install", "-d", "-m", "0700", "-o", name, "-g", name, directory.toString());
    return new HostUser(name, home, directory);
  }

  /** Somebody else of this host may have one of these. */
  private static int freeUid() {
    int uid = UIDS.getAndIncrement();
    while (!Command.must("sh", "-c", "getent passwd $0 || :", Integer.toString(uid)).isEmpty()) {
      uid = UIDS.getAndIncrement();
    }
    return uid;
  }

  public String name() {
    return name;
  }

  /** A path below the home directory. */
  public Path home(String path) {
    return home.resolve(path);
  }

  /** A path below {@code /run/user/UID}. */
  public Path runtime(String path) {
    return runtimeDirectory.resolve(path);
  }

  /** The user's rootless Podman. */
  public synchronized UserPodman podman() {
    if (podman == null) {
      podman = new UserPodman(this);
    }
    return podman;
  }

  /** The user's rootless Docker, which is started. */
  public synchronized UserDocker docker() {
    if (docker == null) {
      docker = new UserDocker(this);
    }
    return docker;
  }

  /** Words that do the same as this user. */
  List<String> as(List<String> words) {
    List<String> whole =
        new ArrayList<>(List.of("setpriv", "--reuid", name, "--regid", name, "--init-groups"));
    whole.addAll(List.of("env", "-i", "--chdir", home.toString(), "HOME=" + home));
    whole.addAll(List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin"));
    whole.add("XDG_RUNTIME_DIR=" + runtimeDirectory);
    whole.add("PODMAN_IGNORE_CGROUPSV1_WARNING=1");
    whole.addAll(words);
    return whole;
  }

  /** Runs a command of the set-up as this user. */
  public String does(String... words) {
    return Command.must(as(List.of(words)));
  }

  /** Writes a file, and the directories above it, as this user. */
  public void writes(Path file, String text) {
    Path draft = World.get().file("draft");
    try {
      Files.writeString(draft, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String _ = does("mkdir", "-p", String.valueOf(file.getParent()));
    String _ = Command.must("install", "-o", name, "-g", name, draft.toString(), file.toString());
  }

  /**
   * Listens at a socket with {@code serve}, as this user.
   *
   * @param words arguments of {@code serve} after the socket
   */
  public void serves(Path socket, String... words) {
    String _ = does("mkdir", "-p", String.valueOf(socket.getParent()));
    List<String> serve =
        new ArrayList<>(List.of(World.get().program("serve").toString(), socket.toString()));
    serve.addAll(List.of(words));
    running.add(Command.of(as(serve)).start().prints("listening"));
  }

  /** Starts a process in a new user namespace of this user. */
  public long startsInOwnUserNamespace(Optional<Target> inNetworkOf) {
    List<String> words = new ArrayList<>();
    inNetworkOf.ifPresent(
        target -> words.addAll(List.of("nsenter", "-t", Long.toString(target.pid()), "-n")));
    String look = World.get().program("act").toString();
    words.addAll(as(List.of("unshare", "--user", look, "wait")));
    Running process = Command.of(words).start();
    running.add(process);
    Patience.until("it waits", () -> process.prints("waiting") == process, process);
    return process.pid();
  }

  @Override
  public void close() {
    UserPodman own = podman;
    if (own != null) {
      own.tidyUp();
    }
    UserDocker ownDocker = docker;
    if (ownDocker != null) {
      ownDocker.tidyUp();
    }
    for (Running one : running) {
      Ran _ = one.gets("KILL").ends();
    }
    running.clear();
    String _ = Machine.changesUsers("sh", "-c", REMOVE, name);
    String _ = Command.must("rm", "-rf", "--one-file-system", runtimeDirectory.toString());
  }
}
