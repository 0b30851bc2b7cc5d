package dev.dbg.nativetests.stopped;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.resolve.stopped.AlteredStopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The files of a container that does not run are those that nsenter showed while it ran, for who
 * may look at them, and nothing else is shown.
 */
@Tag("native")
final class StoppedFilesTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-ended-*"]
      except = ["*-vault"]
      namespaces = ["net", "mnt"]
      tools = ["ls", "cat", "find", "findmnt", "ss", "act"]
      stopped = true

      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["dbgt-ended-*"]
      namespaces = ["net", "mnt"]
      tools = ["ls", "ss"]

      [[rule]]
      who = ["user:dbgt-cal"]
      containers = ["dbgt-ended-locked"]
      namespaces = ["mnt"]
      tools = ["ls"]
      stopped = true

      [[rule]]
      who = ["user:dbgt-cal"]
      containers = ["dbgt-ended-*"]
      namespaces = ["mnt"]
      tools = ["ls"]
      """;

  @RegisterExtension
  static final Host host =
      Host.with(POLICY).asking(of -> of.engineStates(of.docker().socket(), of.podman().socket()));

  @RegisterExtension static final Host trustingAll = host.inWhich(AlteredStopped.TrustingAll.class);

  @RegisterExtension static final Host takingParts = host.inWhich(AlteredStopped.TakingParts.class);

  @RegisterExtension
  static final Host takingAnyLayer = host.inWhich(AlteredStopped.TakingAnyLayer.class);

  private static Image image;

  @BeforeAll
  static void make() {
    image =
        Image.named("ended")
            .has("/etc/of-image", "of the image\n")
            .has("/etc/removed", "removed\n")
            .has("/data/under", "under the volume\n")
            .hasDirectory("/bound");
  }

  private static Engine engine(String scheme) {
    return scheme.equals("docker") ? host.docker() : host.podman();
  }

  private static Container starts(String scheme, String name, String... options) {
    return engine(scheme)
        .starts("dbgt-ended-" + name, image, List.of(options), "/act", "wait")
        .prints("waiting");
  }

  private static Path inside(Container container, String path) {
    return Path.of("/proc/" + container.pid() + "/root" + path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void they_are_those_that_nsenter_showed_while_it_ran(String scheme) throws IOException {
    Path bound = Files.createDirectory(host.directory().resolve("bound-" + scheme));
    Container container =
        starts(
            scheme,
            "as-it-was-" + scheme,
            "--volume=dbgt-ended-" + scheme + ":/data",
            "--volume=" + bound + ":/bound",
            "--hostname=dbgt-ended");
    Files.writeString(inside(container, "/etc/left"), "left\n");
    Files.writeString(inside(container, "/data/kept"), "kept\n");
    Files.delete(inside(container, "/etc/removed"));
    Map<String, Ran> before = new LinkedHashMap<>();
    for (String directory : List.of("/", "/etc", "/data")) {
      before.put("ls " + directory, nsenter(container, "-m", "/look", "directory", directory));
    }
    for (String file : List.of("/etc/left", "/etc/of-image", "/etc/hostname", "/etc/hosts")) {
      before.put("cat " + file, nsenter(container, "-m", "/look", "file", file));
    }
    container.isKilled();

    for (Map.Entry<String, Ran> line : before.entrySet()) {
      for (String namespaces : List.of("", "mnt ")) {
        host.ann()
            .runs("%s %s-- %s".formatted(container.name(), namespaces, line.getKey()))
            .sees(line.getValue())
            .says("is not running (", "as it left them, without what would be mounted at /bound")
            .leaves("intent")
            .says("/target/pid", 0)
            .mentions("/target/state", "ed");
      }
    }
    host.ann()
        .runs(container.name() + " -- cat /etc/removed /data/under")
        .exits(1)
        .prints("under the volume\n");
  }

  /** dbg's own mounts, all read-only, are no answer to why the container could not write. */
  @Test
  void mounts_of_a_process_that_is_gone_are_not_listed() {
    Container container = starts("docker", "mounts");
    host.ann().runs(container.name() + " -- findmnt").exits(0);
    container.isKilled();

    for (String line : List.of("findmnt", "cat /proc/mounts")) {
      host.ann().runs(container.name() + " -- " + line).exits(125).says("is not running (exited)");
    }
  }

  @Test
  void nothing_can_be_written_executed_or_opened_as_a_device() throws IOException {
    Container container = starts("docker", "locked");
    container.isKilled();

    String mounts =
        host.ann().runs(container.name() + " -- cat /proc/thread-self/mounts").exits(0).out();

    assertEquals(List.of(), mounts.lines().filter(line -> !line.contains(" ro,")).toList());
    for (String option : List.of("nosuid", "nodev", "noexec")) {
      assertEquals(
          List.of(),
          // The tool and its libraries are in one of these, and the devices are others.
          mounts
              .lines()
              .filter(line -> !line.contains(" /dev/") && !line.contains(option))
              .toList(),
          option);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void a_rule_must_say_so_and_only_files_are_there(String scheme) {
    Container container = starts(scheme, "permitted-" + scheme);
    container.isKilled();
    String name = container.name();

    host.bob()
        .runs(name + " -- ls /")
        .fails(Ran.DBG_FAILED, "is not running", "a rule with stopped = true shows its files");
    host.cal().runs(name + " -- ls /").isRefused("lacks stopped = true");
    host.ann().runs("--wait=1s " + name + " -- ls /").exits(124).prints("");
    host.ann().runs(name + " -- ss -tln").fails(Ran.DBG_FAILED, "is not running");
    host.ann().runs(name + " net,mnt -- ls /").fails(Ran.DBG_FAILED, "is not running");
    host.ann().runs("explain " + name + " -- ls /").exits(0);
    host.bob().runs("explain " + name + " -- ls /").exits(Ran.DBG_FAILED);
  }

  @Test
  void a_hidden_one_is_refused_like_a_missing_one() {
    // Names that are like no container of another test: dbg would suggest that one.
    starts("docker", "of-somebody-vault").isKilled();

    String hidden = host.ann().runs("dbgt-ended-of-somebody-vault -- ls /").isRefused().err();
    String missing = host.ann().runs("dbgt-ended-of-nobody-vault -- ls /").isRefused().err();

    assertEquals(missing, hidden.replace("of-somebody", "of-nobody"));
  }

  /** Somebody else could have put a link or a file system there meanwhile. */
  @Test
  void a_directory_of_the_hosts_is_left_out_and_named() throws IOException {
    Path shared = Files.createDirectory(host.directory().resolve("shared"));
    Files.writeString(shared.resolve("theirs"), "theirs\n");
    Container container = starts("podman", "bound", "--volume=" + shared + ":/bound");
    container.isKilled();
    String line = container.name() + " -- ls /bound";

    trustingAll.ann().runs(line).prints("theirs\n");
    host.ann().runs(line).exits(0).prints("").says("without what would be mounted at /bound");
  }

  @Test
  void a_mounted_part_of_a_volume_shows_no_other_part() throws IOException {
    Container whole = starts("docker", "whole", "--volume=dbgt-ended-parts:/data");
    Files.createDirectories(inside(whole, "/data/mine"));
    Files.writeString(inside(whole, "/data/others"), "others\n");
    String part = "--mount=type=volume,src=dbgt-ended-parts,dst=/data,volume-subpath=mine";
    Container container = starts("docker", "part", part);
    container.isKilled();
    String line = container.name() + " -- ls /data";

    takingParts.ann().runs(line).prints("mine\nothers\nunder\n");
    host.ann().runs(line).exits(0).says("without what would be mounted at /data");
  }

  private static Path layer(Container container) throws IOException {
    Path store = Path.of(host.docker().state());
    String layer =
        Files.readString(
            store.resolve("image/overlay2/layerdb/mounts/%s/mount-id".formatted(container.id())));
    return store.resolve("overlay2").resolve(layer);
  }

  /** Some versions of Docker leave that file so. */
  @Test
  void a_file_that_others_could_write_counts_where_they_cannot_reach_it() throws IOException {
    Container container = starts("docker", "reached");
    container.isKilled();
    Path layer = layer(container);
    String line = container.name() + " -- ls /";
    allows(layer.resolve("lower"), "rw-rw-rw-");
    allows(layer, "rwx--x---");
    host.ann().runs(line).exits(0);

    allows(layer, "rwx--x--x");
    host.ann().runs(line).fails(Ran.DBG_FAILED, "lower can be written by others than root");
  }

  private static void allows(Path path, String mode) throws IOException {
    Object _ = Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  /** Only root can write there: this is what an engine's mistake could do. */
  @Test
  void a_link_that_leads_out_of_the_store_is_no_layer() throws IOException {
    Container container = starts("docker", "linked");
    container.isKilled();
    Path evil = Files.createDirectories(host.directory().resolve("evil/diff"));
    Files.writeString(evil.resolve("secret"), "SECRET-OF-THE-HOST\n");
    Path layers = Path.of(host.docker().state(), "overlay2");
    Path lower = layer(container).resolve("lower");
    String told = Files.readString(lower);
    Path link = layers.resolve("l/ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    try {
      Files.createSymbolicLink(link, evil);
      Files.writeString(lower, told + ":l/" + link.getFileName());
      String line = container.name() + " -- cat /secret";

      takingAnyLayer.ann().runs(line).prints("SECRET-OF-THE-HOST\n");
      host.ann().runs(line).fails(Ran.DBG_FAILED, "is not a layer of").prints("");
      Files.writeString(lower, told + (":" + told).repeat(100));
      host.ann().runs(line).fails(Ran.DBG_FAILED, "it has more than 128 layers").prints("");
    } finally {
      Files.writeString(lower, told);
      Files.delete(link);
    }
  }

  @Test
  void it_can_be_started_and_removed_meanwhile_and_nothing_stays() throws IOException {
    Container container = starts("docker", "again");
    container.isKilled();
    String line = container.name() + " mnt -- act wait";
    Ran _ = host.ann().starts(line).prints("waiting").gets("INT").ends();
    int before = host.daemon().openFiles();

    Running session = host.ann().starts(line).prints("waiting");
    container.restarts();
    container.isRemoved();
    Ran _ = session.gets("INT").ends();

    host.daemon().hasAtMostOpen(before);
    String mounts = Files.readString(Path.of("/proc/" + host.daemon().pid() + "/mountinfo"));
    assertFalse(mounts.contains(" - overlay dbg "), mounts);
  }
}
