package dev.dbg.nativetests.scene.engine;

import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.SystemContainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An incusd of the tests', with a directory of its own, and an image made from scratch. Its
 * containers' monitors outlive it, so they are stopped first.
 */
public final class Incus implements AutoCloseable {
  /** The resource that a class needs which starts it: there is one directory. */
  public static final String OF_THE_MACHINE = "the Incus of the tests";

  public static final Path DIRECTORY = Path.of("/var/lib/dbgt-incus");

  private static final String PROGRAM = "/usr/libexec/incus/incusd";
  private static final String IMAGE = "from-scratch";

  private final Running daemon;
  private final List<List<String>> containers = new ArrayList<>();

  private Incus(Running daemon) {
    this.daemon = daemon;
  }

  /** Starts it; what a killed run left is removed. */
  public static Incus started() {
    Command.removes(DIRECTORY);
    Incus incus = new Incus(Command.of("env", "INCUS_DIR=" + DIRECTORY, PROGRAM).start());
    Patience.until(
        "incusd answers",
        () -> incus.command(List.of("query", "/1.0")).run().err().isEmpty(),
        incus.daemon);
    incus.must("storage", "create", "default", "dir");
    incus.must("profile", "device", "add", "default", "root", "disk", "path=/", "pool=default");
    incus.must("image", "import", archive().toString(), "--alias", IMAGE);
    return incus;
  }

  private static Path archive() {
    Path directory = World.get().file("incus-image");
    Path root = directory.resolve("rootfs");
    Lxc.fill(root);
    try {
      Files.createDirectories(root.resolve("sbin"));
      Files.copy(World.get().program("server"), root.resolve("sbin/init"));
      Files.writeString(
          directory.resolve("metadata.yaml"), "architecture: x86_64\ncreation_date: 1700000000\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path archive = World.get().file("incus-image.tar");
    String _ =
        Command.must(
            "tar",
            "-C",
            directory.toString(),
            "-cf",
            archive.toString(),
            "metadata.yaml",
            "rootfs");
    return archive;
  }

  /** Makes a project with the image and the storage of the first one. */
  public void makesProject(String name) {
    must("project", "create", name, "-c", "features.images=false", "-c", "features.profiles=false");
  }

  /**
   * Makes and starts a container.
   *
   * @param settings each as {@code KEY=VALUE}
   */
  public SystemContainer starts(String project, String name, String... settings) {
    List<String> words = new ArrayList<>(List.of("init", IMAGE, name, "--project", project));
    words.addAll(List.of("-c", "security.privileged=true"));
    for (String setting : settings) {
      words.addAll(List.of("-c", setting));
    }
    must(words.toArray(String[]::new));
    must("start", name, "--project", project);
    containers.add(List.of("delete", "--force", name, "--project", project));
    boolean isDefault = project.equals("default");
    return new SystemContainer(
        DIRECTORY.resolve("containers"),
        isDefault ? name : project + "_" + name,
        "incus://" + (isDefault ? name : project + "/" + name));
  }

  /** Starts a container whose first process has ended, as soon as incusd has noticed that. */
  public void startsAgain(String project, String name) {
    Command start = command(List.of("start", name, "--project", project));
    Patience.until(name + " starts again", () -> start.run().err().isEmpty());
  }

  /** The process id of incusd. */
  public long pid() {
    return daemon.pid();
  }

  /** Runs its client. */
  public void must(String... words) {
    Ran _ = command(List.of(words)).run().exits(0);
  }

  private Command command(List<String> words) {
    List<String> all = new ArrayList<>(List.of("env", "INCUS_DIR=" + DIRECTORY, "HOME=/root"));
    all.add("incus");
    all.addAll(words);
    return Command.of(all);
  }

  @Override
  public void close() {
    for (List<String> removal : containers) {
      Ran _ = command(removal).run();
    }
    var _ = daemon.gets("KILL").ends();
    Command.removes(DIRECTORY);
  }
}
