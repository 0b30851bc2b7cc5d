package dev.dbg.nativetests.stopped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.user.Operator;
import dev.dbg.policy.rule.AlteredRules;
import dev.dbg.resolve.engine.AlteredEngines;
import dev.dbg.resolve.stopped.AlteredStopped;
import dev.dbg.session.AlteredSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The files of an image are those that its engine exports of a container made from it, for who may
 * look at it by a name that root gave to it.
 */
@Tag("native")
@Tag("whole")
final class ImageFilesTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["image://dbgt-image/*:*", "image://localhost:5000/dbgt-image:*"]
      except = ["image://*-vault:*"]
      namespaces = ["net", "mnt"]
      tools = ["ls", "cat", "find", "md5sum", "ss", "act", "logs"]

      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["*", "image:*"]
      namespaces = ["net", "mnt"]
      tools = ["ls", "cat"]
      stopped = true

      [[rule]]
      who = ["user:dbgt-cal"]
      containers = ["image://sha256:*"]
      namespaces = ["mnt"]
      tools = ["cat"]
      """;

  /** All that find(1) tells of a file, but times and sizes of directories. */
  private static final List<String> FIND =
      List.of("find", "/srv", "-printf", "%y:%m:%U:%G:%p:%l\\n");

  private static final List<String> SUMS = List.of("md5sum", "/srv/first", "/srv/dir/new");

  @RegisterExtension
  static final Host host =
      Host.with(POLICY).asking(of -> of.engineStates(of.docker().socket(), of.podman().socket()));

  /** To which {@code *} means images too. */
  @RegisterExtension static final Host reachingAll = host.inWhich(AlteredRules.ReachingAll.class);

  /** Which compares an exception with the name that was typed alone. */
  @RegisterExtension static final Host sparingOne = host.inWhich(AlteredRules.SparingOne.class);

  @RegisterExtension
  static final Host takingAnyLayer = host.inWhich(AlteredStopped.TakingAnyLayer.class);

  private static final Path DECIDED = Path.of(AlteredSession.SlowToFindFiles.DECIDED);
  private static final Path GO_ON = Path.of(AlteredSession.SlowToFindFiles.GO_ON);

  /** Which waits between the decision and the look at the layers. */
  @RegisterExtension static final Host waiting = host.inWhich(AlteredSession.SlowToFindFiles.class);

  /** The same, which looks for the name again. */
  @RegisterExtension
  static final Host goingByTheName = waiting.inWhich(AlteredEngines.GoingByTheName.class);

  private static Image image;

  @BeforeAll
  static void make() {
    image =
        Image.named("image-files")
            .has("/srv/first", "first\n")
            .has("/srv/removed", "removed\n")
            .has("/srv/dir/old", "old\n")
            .links("/srv/link", "/etc/passwd");
    for (String scheme : List.of("docker", "podman")) {
      makes(scheme);
    }
  }

  @AfterAll
  static void remove() throws IOException {
    for (String scheme : List.of("docker", "podman")) {
      String images = engine(scheme).client(List.of("images", "--quiet", "dbgt-image/*"));
      for (String id : images.lines().distinct().toList()) {
        Ran _ = Command.of(engine(scheme).words(List.of("rmi", "--force", id))).run();
      }
    }
    Files.deleteIfExists(DECIDED);
    Files.deleteIfExists(GO_ON);
  }

  private static Engine engine(String scheme) {
    return scheme.equals("docker") ? host.docker() : host.podman();
  }

  /** Three layers, of which the second removes a file, and the third replaces a directory. */
  private static void makes(String scheme) {
    Container first =
        engine(scheme)
            .starts("dbgt-image-1-" + scheme, image, List.of(), "/act", "wait")
            .prints("waiting");
    tags(scheme, image.name(), ref(scheme, "one"));
    at(first, "rm srv/removed && echo second > srv/second && chown 7:8 srv/second");
    commits(scheme, first, "two");
    String second = engine(scheme).client(List.of("run", "-d", ref(scheme, "two"), "/act", "wait"));
    Container container = new Container(engine(scheme), "dbgt-image-2-" + scheme, second);
    at(container, "rm -r srv/dir && mkdir -m 1770 srv/dir && echo new > srv/dir/new");
    commits(scheme, container, "three");
    container.isRemoved();
  }

  private static void at(Container container, String script) {
    String _ =
        Command.must("sh", "-c", "cd /proc/%d/root && %s".formatted(container.pid(), script));
  }

  private static String ref(String scheme, String tag) {
    return "dbgt-image/%s:%s".formatted(scheme, tag);
  }

  private static void commits(String scheme, Container container, String tag) {
    String _ = engine(scheme).client(List.of("commit", container.id(), ref(scheme, tag)));
  }

  private static void tags(String scheme, String tag, String other) {
    String one = tag.contains("/") ? tag : ref(scheme, tag);
    String _ = engine(scheme).client(List.of("tag", one, other));
  }

  private static String id(String scheme, String tag) {
    return engine(scheme)
        .client(List.of("image", "inspect", "--format", "{{.Id}}", ref(scheme, tag)))
        .replaceFirst("^sha256:", "");
  }

  private static List<String> line(String name, List<String> words) {
    return Stream.concat(Stream.of("image://" + name, "--"), words.stream()).toList();
  }

  private static String sorted(String lines) {
    return String.join("\n", lines.lines().sorted().toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void an_images_files_are_those_that_the_engine_exports(String scheme) throws IOException {
    Path exported = Files.createDirectory(host.directory().resolve("exported-" + scheme));
    for (String tag : List.of("one", "two", "three")) {
      String ref = ref(scheme, tag);
      String id = engine(scheme).client(List.of("create", ref, "/act"));
      Path archive = host.directory().resolve("export.tar");
      String _ = engine(scheme).client(List.of("export", "--output", archive.toString(), id));
      String _ = engine(scheme).client(List.of("rm", id));
      Path files = Files.createDirectory(exported.resolve(tag));
      String _ = Command.must("tar", "-C", files.toString(), "-xpf", archive.toString());
      String found = Command.must("find", files + "/srv", "-printf", "%y:%m:%U:%G:/srv/%P:%l\\n");

      Ran ran = host.ann().runs(line(ref, FIND)).exits(0);
      assertEquals(sorted(found.replace(":/srv/:", ":/srv:")), sorted(ran.out()), ran::toString);
      assertEquals("", ran.err());
      ran.leaves("intent")
          .says("/target/runtime", "image")
          .says("/target/id", id(scheme, tag))
          .says("/target/name", tag.equals("one") ? image.name() + ":latest" : ref)
          .says("/target/state", "image of " + scheme)
          .says("/target/asked", "image://" + ref);
    }
    host.ann()
        .runs(line(ref(scheme, "three"), SUMS))
        .exits(0)
        .prints(
            Command.must(
                        "sh",
                        "-c",
                        "cd %s && md5sum srv/first srv/dir/new"
                            .formatted(exported.resolve("three")))
                    .replace(" srv", " /srv")
                + "\n");
  }

  @Test
  void it_is_found_by_any_of_its_names_and_by_its_id() {
    tags("docker", "two", "localhost:5000/dbgt-image");
    String id = id("docker", "two");
    for (String name :
        List.of(
            "docker.io/dbgt-image/docker:two",
            "localhost:5000/dbgt-image",
            "localhost:5000/dbgt-image:latest",
            id,
            "sha256:" + id,
            id.substring(0, 12))) {
      host.ann().runs(line(name, List.of("cat", "/srv/second"))).exits(0).prints("second\n");
    }
    for (String name :
        List.of(id.substring(0, 11), "docker:two", "../../dbgt-image/docker:two", "dbgt-image/*")) {
      host.ann().runs(line(name, List.of("cat", "/srv/second"))).isRefusedOrMissing();
    }
    String _ = host.docker().client(List.of("rmi", "localhost:5000/dbgt-image"));
  }

  @Test
  void tab_lists_the_images_that_a_rule_reaches_by_any_of_their_names() {
    tags("docker", "three", "dbgt-image/tab-vault:1");
    tags("docker", "two", "localhost:5000/dbgt-image:tab");

    List<String> anns = tab(host.ann(), "");
    assertTrue(anns.contains("image://dbgt-image/docker:two"), anns::toString);
    assertTrue(anns.contains("image://localhost:5000/dbgt-image:tab"), anns::toString);
    assertTrue(anns.contains("image://dbgt-image/podman:three"), anns::toString);
    // One of its names is excepted.
    assertFalse(anns.contains("image://dbgt-image/docker:three"), anns::toString);
    assertTrue(anns.stream().noneMatch(name -> name.contains("vault")), anns::toString);
    assertEquals(List.of("image://dbgt-image/docker:two"), tab(host.ann(), "dbgt-image/docker:tw"));
    // For containers alone: nobody else learns of one.
    assertEquals(List.of(), tab(host.bob(), ""));
    assertTrue(tab(reachingAll.bob(), "").contains("image://dbgt-image/docker:two"));

    for (String name : List.of("dbgt-image/tab-vault:1", "localhost:5000/dbgt-image:tab")) {
      String _ = host.docker().client(List.of("rmi", name));
    }
  }

  private static List<String> tab(Operator operator, String typed) {
    return operator
        .runs(List.of("completion", "--line", "--", "image://" + typed))
        .exits(0)
        .lines()
        .stream()
        .map(line -> line.replaceFirst("\t.*", ""))
        .toList();
  }

  @Test
  void nothing_can_be_written_executed_or_opened_as_a_device() {
    List<String> line = line(ref("docker", "two"), List.of("cat", "/proc/thread-self/mounts"));
    // The tool and its libraries are in one of these, and the devices are others.
    for (String mount : host.ann().runs(line).exits(0).lines()) {
      assertTrue(mount.contains(" ro,"), mount);
      assertTrue(
          mount.contains(" /dev/")
              || List.of("nosuid", "nodev", "noexec").stream().allMatch(mount::contains),
          mount);
    }
  }

  @Test
  void only_a_rule_that_names_images_reaches_one() {
    List<String> line = line(ref("docker", "two"), List.of("cat", "/srv/second"));

    reachingAll.bob().runs(line).exits(0).prints("second\n");
    host.bob().runs(line).isRefused("images are those that");
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void a_hidden_one_is_refused_like_a_missing_one(String scheme) {
    String vault = "dbgt-image/%s-vault:1".formatted(scheme);
    tags(scheme, "three", "dbgt-image/a-vault:1");
    tags(scheme, "three", vault);
    List<String> cat = List.of("cat", "/srv/first");

    String hidden = host.ann().runs(line(vault, cat)).isRefused().err();
    String missing =
        host.ann().runs(line(vault.replace("vault", "none-vault"), cat)).isRefused().err();
    assertEquals(missing, hidden.replace("vault", "none-vault"));
    // Another of its names, and its id, are those of a hidden one.
    String named = host.ann().runs(line(ref(scheme, "three"), cat)).isRefused().err();
    assertEquals(missing, named);
    host.ann().runs(line(id(scheme, "three"), cat)).isRefused();
    for (String name : List.of(vault, "dbgt-image/a-vault:1")) {
      String _ = engine(scheme).client(List.of("rmi", name));
    }
    host.ann().runs(line(ref(scheme, "three"), cat)).exits(0).prints("first\n");
  }

  @Test
  void any_exception_counts_whatever_name_is_typed() {
    tags("docker", "two", "dbgt-image/z-vault:1");
    List<String> line = line(ref("docker", "two"), List.of("cat", "/srv/second"));

    sparingOne.ann().runs(line).exits(0).prints("second\n");
    host.ann().runs(line).isRefused();
    String _ = host.docker().client(List.of("rmi", "dbgt-image/z-vault:1"));
    host.ann().runs(line).exits(0);
  }

  @Test
  void an_image_without_a_name_is_reached_by_id_alone() {
    tags("docker", "two", "dbgt-image/nameless:1");
    Container changed =
        host.docker()
            .starts("dbgt-image-nameless", image, List.of(), "/act", "wait")
            .prints("waiting");
    at(changed, "echo nameless > srv/nameless");
    String id = host.docker().client(List.of("commit", changed.id())).replaceFirst("^sha256:", "");
    List<String> line = line(id.substring(0, 12), List.of("cat", "/srv/nameless"));

    host.ann().runs(line).isRefused();
    host.cal().runs(line).exits(0).prints("nameless\n").leaves("intent").says("/target/name", id);
    String _ = host.docker().client(List.of("rmi", "dbgt-image/nameless:1"));
    String _ = host.docker().client(List.of("rmi", id));
    host.cal().runs(line).isRefusedOrMissing();
  }

  @Test
  void two_engines_with_one_name_are_told_apart_by_the_ids() {
    tags("docker", "two", "dbgt-image/both:1");
    tags("podman", "two", "dbgt-image/both:1");
    List<String> cat = List.of("cat", "/srv/second");

    host.ann()
        .runs(line("dbgt-image/both:1", cat))
        .fails(
            Ran.DBG_FAILED,
            "is ambiguous: ",
            "(%s) (image of docker)".formatted(id("docker", "two").substring(0, 12)),
            "(%s) (image of podman)".formatted(id("podman", "two").substring(0, 12)));
    host.ann().runs(line(id("podman", "two"), cat)).exits(0).prints("second\n");
    for (String scheme : List.of("docker", "podman")) {
      String _ = engine(scheme).client(List.of("rmi", "dbgt-image/both:1"));
    }
  }

  @Test
  void only_tools_for_files_run_on_an_image() {
    for (String name : List.of(ref("docker", "two"), "dbgt-image/none:1")) {
      String it = "image://" + name;
      for (String line :
          List.of(
              it + " -- ss -tln",
              it + " net,mnt -- ls /",
              "logs " + it,
              "--wait=1s " + it + " -- ls /")) {
        host.ann().runs(line).isRefused("is an image, of which nothing runs");
      }
      host.ann().runs("tools " + it).exits(Ran.REFUSED).says("is an image, of which nothing runs");
    }
    host.ann().runs("explain image://" + ref("docker", "two") + " -- ls /").exits(0);
  }

  /** The tag means another image by then. */
  @Test
  void the_image_that_was_decided_on_is_shown() throws IOException {
    assertEquals("new\n", shownWhileItsTagMoves(goingByTheName));
    assertEquals("old\n", shownWhileItsTagMoves(waiting));
  }

  private static String shownWhileItsTagMoves(Host at) throws IOException {
    Files.deleteIfExists(DECIDED);
    Files.deleteIfExists(GO_ON);
    tags("docker", "two", AlteredEngines.GoingByTheName.MOVED);
    Running session =
        at.ann().starts("image://" + AlteredEngines.GoingByTheName.MOVED + " -- ls /srv/dir");
    Patience.until("the line is permitted", () -> Files.exists(DECIDED));
    tags("docker", "three", AlteredEngines.GoingByTheName.MOVED);
    Files.createFile(GO_ON);
    return session.ends().exits(0).out();
  }

  @Test
  void it_can_be_removed_meanwhile_and_nothing_stays() throws IOException {
    Container changed =
        host.docker()
            .starts("dbgt-image-removed", image, List.of(), "/act", "wait")
            .prints("waiting");
    at(changed, "echo removed > srv/again");
    commits("docker", changed, "removed");
    String line = "image://" + ref("docker", "removed") + " mnt -- act wait";
    Ran _ = host.ann().starts(line).prints("waiting").gets("INT").ends();
    int before = host.daemon().openFiles();

    Running session = host.ann().starts(line).prints("waiting");
    String _ = host.docker().client(List.of("rmi", ref("docker", "removed")));
    Ran _ = session.gets("INT").ends();

    host.daemon().hasAtMostOpen(before);
    String mounts = Files.readString(Path.of("/proc/" + host.daemon().pid() + "/mountinfo"));
    assertFalse(mounts.contains(" - overlay dbg "), mounts);
    host.ann().runs(line).isRefusedOrMissing();
  }

  /** Who made the image left no other directory: the tool must not cover what is looked for. */
  @Test
  void the_tool_is_mounted_over_none_of_an_images_own_files() throws IOException {
    Path files = Files.createDirectory(host.directory().resolve("hiding"));
    for (String name : List.of("dev", "sys", "run", "tmp")) {
      Files.createFile(files.resolve(name));
    }
    Files.writeString(Files.createDirectory(files.resolve("etc")).resolve("planted"), "planted");
    String archive = host.directory().resolve("hiding.tar").toString();
    String _ = Command.must("tar", "-C", files.toString(), "-cf", archive, ".");
    String _ = host.docker().client(List.of("import", archive, "dbgt-image/hiding:1"));

    host.ann()
        .runs(line("dbgt-image/hiding:1", List.of("cat", "/etc/planted")))
        .exits(Ran.DBG_FAILED)
        .says("has no directory over which dbg can mount the tool");
  }

  /** Only root can write there: this is what an engine's mistake could do. */
  @Test
  void layers_that_lead_elsewhere_or_are_not_there_are_refused() throws IOException {
    Path evil = Files.createDirectories(host.directory().resolve("evil/diff"));
    Files.writeString(evil.resolve("secret"), "SECRET-OF-THE-HOST\n");
    Path store = Path.of(host.docker().state(), "image/overlay2");
    String id = "ab".repeat(32);
    String layer = "cd".repeat(32);
    Path config = store.resolve("imagedb/content/sha256").resolve(id);
    Path kept = Files.createDirectories(store.resolve("layerdb/sha256").resolve(layer));
    List<String> line = line(id, List.of("cat", "/secret"));
    try {
      Files.writeString(kept.resolve("cache-id"), host.directory().resolve("evil").toString());
      Files.writeString(config, config("\"sha256:%s\"".formatted(layer)));
      takingAnyLayer.cal().runs(line).exits(0).prints("SECRET-OF-THE-HOST\n");
      host.cal().runs(line).fails(Ran.DBG_FAILED, "is not a layer of").prints("");

      for (String none : List.of("", "\"../../../evil\"", "7", "\"md5:00\"")) {
        Files.writeString(config, config(none));
        host.cal().runs(line).fails(Ran.DBG_FAILED, "cannot be shown: ").prints("");
      }
      Files.writeString(config, config("\"sha256:%s\",".formatted(layer).repeat(200) + "\"\""));
      host.cal().runs(line).fails(Ran.DBG_FAILED, " is missing").prints("");
    } finally {
      Files.deleteIfExists(config);
      Files.delete(kept.resolve("cache-id"));
      Files.delete(kept);
    }
  }

  private static String config(String layers) {
    return "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}".formatted(layers);
  }
}
