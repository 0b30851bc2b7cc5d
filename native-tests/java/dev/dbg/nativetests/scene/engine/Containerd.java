package dev.dbg.nativetests.scene.engine;

import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A real containerd with directories and a socket of its own, and with its CRI. Pods have a network
 * of documentation addresses, RFC 5737.
 */
public final class Containerd implements AutoCloseable {
  private static final String SERVER = "localhost/dbg-test/server:1";
  private static final String PAUSE = "localhost/dbg-test/pause:1";

  private final Path directory;
  private final Running daemon;
  private final Pods pods;
  private final Set<String> namespaces = new TreeSet<>();

  private Containerd(Path directory, Running daemon) {
    this.directory = directory;
    this.daemon = daemon;
    this.pods = new Pods(this, directory, SERVER);
  }

  public static Containerd start() {
    Path directory = World.get().file("containerd");
    try {
      Files.createDirectories(directory.resolve("cni"));
      Files.writeString(
          directory.resolve("config.toml"),
          """
          version = 2
          root = "%1$s/root"
          state = "%1$s/state"
          [grpc]
          address = "%1$s/containerd.sock"
          [plugins."io.containerd.internal.v1.opt"]
          path = "%1$s/opt"
          [plugins."io.containerd.grpc.v1.cri"]
          sandbox_image = "localhost/dbg-test/pause:1"
          restrict_oom_score_adj = true
          [plugins."io.containerd.grpc.v1.cri".cni]
          bin_dir = "/usr/lib/cni"
          conf_dir = "%1$s/cni"
          """
              .formatted(directory));
      Files.writeString(
          directory.resolve("cni/10.conflist"),
          """
          {"cniVersion": "0.4.0", "name": "dbgt", "plugins": [{"type": "ptp", "ipam":
           {"type": "host-local", "ranges": [[{"subnet": "192.0.2.0/26"}]], "dataDir": "%s/addresses"}}]}
          """
              .formatted(directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Running daemon =
        Command.of("containerd", "--config", directory.resolve("config.toml").toString()).start();
    Containerd containerd = new Containerd(directory, daemon);
    Patience.until("containerd listens", () -> Files.exists(containerd.socket()), daemon);
    containerd.imports("k8s.io", PAUSE, "[\"/act\", \"wait\"]");
    containerd.imports("k8s.io", SERVER, "[\"/server\"]");
    return containerd;
  }

  /** The lines of {@code dbgd.toml} for a dbgd that asks this containerd and nobody else. */
  public String settings() {
    return "docker = []\npodman = []\n" + places();
  }

  /** The lines of {@code dbgd.toml} for a dbgd that asks this containerd too. */
  public String places() {
    return "containerd = [\"%s\"]\ncontainerd-state = [\"%s\"]".formatted(socket(), state());
  }

  public Path state() {
    return directory.resolve("state");
  }

  public Path socket() {
    return directory.resolve("containerd.sock");
  }

  /** The pods of its CRI. */
  public Pods pods() {
    return pods;
  }

  /** Sends containerd itself a signal. */
  public void gets(String signal) {
    Running _ = daemon.gets(signal);
  }

  /** Starts the server in a container: {@code ctr run}. */
  public Task starts(String namespace, String id, String... options) {
    return starts(namespace, id, List.of(options), "/server");
  }

  /** Starts a test program in a container. */
  public Task starts(String namespace, String id, List<String> options, String... command) {
    if (namespaces.add(namespace)) {
      imports(namespace, SERVER, "[\"/server\"]");
    }
    List<String> words = new ArrayList<>(List.of("run", "--detach"));
    words.addAll(options);
    words.addAll(List.of(SERVER, id));
    words.addAll(List.of(command));
    forgets(namespace, id); // a run of these tests that was killed may have left it
    String _ = ctr(namespace, words.toArray(String[]::new));
    return task("containerd://" + namespace + "/" + id, namespace, id);
  }

  Task task(String name, String namespace, String id) {
    return new Task(
        name, id, state().resolve("io.containerd.runtime.v2.task").resolve(namespace).resolve(id));
  }

  /** Ends a container and removes it. */
  public void removes(String namespace, String id) {
    Ran _ = Command.of(words(namespace, "tasks", "delete", "--force", id)).run();
    Ran _ = Command.of(words(namespace, "containers", "delete", id)).run();
  }

  /** Containerd's own client, as root. */
  public String ctr(String namespace, String... words) {
    return Command.must(words(namespace, words));
  }

  private List<String> words(String namespace, String... words) {
    return Stream.concat(
            Stream.of("ctr", "--address", socket().toString(), "--namespace", namespace),
            Stream.of(words))
        .toList();
  }

  /** Makes an image of the tests' programs, in the form of {@code docker save}. */
  private void imports(String namespace, String image, String command) {
    Path saved = World.get().file("saved");
    try {
      Files.createDirectories(saved);
      Path layer = saved.resolve("layer.tar");
      Path _ = Files.move(Image.named("containerd").archive(), layer);
      String digest = Command.must("sha256sum", layer.toString()).split(" ", 2)[0];
      Files.writeString(
          saved.resolve("config.json"),
          """
          {"architecture": "%s", "os": "linux", "config": {"Cmd": %s},
           "rootfs": {"type": "layers", "diff_ids": ["sha256:%s"]}}
          """
              .formatted(architecture(), command, digest),
          StandardCharsets.US_ASCII);
      Files.writeString(
          saved.resolve("manifest.json"),
          """
          [{"Config": "config.json", "RepoTags": ["%s"], "Layers": ["layer.tar"]}]
          """
              .formatted(image),
          StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String archive = saved.resolve("image.tar").toString();
    String _ =
        Command.must(
            "tar",
            "-C",
            saved.toString(),
            "-cf",
            archive,
            "manifest.json",
            "config.json",
            "layer.tar");
    String _ = ctr(namespace, "images", "import", archive);
  }

  private static String architecture() {
    return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
  }

  /**
   * What runc noted of a container whose shim was killed is in a directory of the whole machine.
   */
  private static void forgets(String namespace, String id) {
    Ran _ =
        Command.of("runc", "--root", "/run/containerd/runc/" + namespace, "delete", "--force", id)
            .run();
  }

  @Override
  public void close() {
    Running _ = daemon.gets("CONT");
    pods.removeAll();
    for (String namespace : namespaces) {
      ctr(namespace, "containers", "list", "--quiet")
          .lines()
          .forEach(
              id -> {
                removes(namespace, id);
                forgets(namespace, id);
              });
    }
    Ran _ = daemon.gets("TERM").ends();
    // Of a container whose shim was killed, containerd may not have removed the mount yet.
    Command.removes(directory);
  }
}
