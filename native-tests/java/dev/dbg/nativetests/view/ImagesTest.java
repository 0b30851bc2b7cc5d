package dev.dbg.nativetests.view;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The host's tools show the files of a container of any image: FROM scratch, distroless with an
 * older glibc, musl, read-only, with volumes, of Docker and of Podman. The oracle is the same tool
 * on the host, below {@code /proc/PID/root}.
 */
@Tag("native")
@Tag("whole")
final class ImagesTest {
  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  private static final List<Container> containers = new ArrayList<>();

  /** Each image has the files that the tests ask for. */
  private static Image image(String name) {
    String lines = IntStream.range(0, 500).mapToObj(i -> "line " + i + "\n").collect(joining());
    return Image.named(name)
        .has("/data/text", lines)
        .has("/data/deep/er/file", "deep\n")
        .links("/data/link", "text")
        .links("/data/absolute", "/data/deep")
        .links("/data/dangling", "/nowhere");
  }

  @BeforeAll
  static void start() throws IOException {
    Path bound = Files.createDirectories(host.directory().resolve("bound"));
    Files.writeString(bound.resolve("here"), "bound\n");
    String musl =
        "/lib/ld-musl-" + System.getProperty("os.arch").replace("amd64", "x86_64") + ".so.1";
    List<Image> images =
        List.of(
            image("scratch"),
            image("distroless").made("old-glibc"),
            image("musl").holds(musl, Path.of(musl)).holds("/act", host.program("act-musl")));
    for (Engine engine : List.of(host.docker(), host.podman())) {
      for (Image image : images) {
        String[] command =
            image.name().endsWith("distroless")
                ? new String[] {"/bin/sleep", "1000"}
                : new String[] {"/act", "wait"};
        starts(engine, image, "", List.of("--tmpfs=/sized:size=1m"), command);
        starts(
            engine,
            image,
            "-locked",
            List.of(
                "--read-only",
                "--cap-drop=ALL",
                "--user=65532:65532",
                "--volume=/volume",
                "--volume=" + bound + ":/bound:ro",
                "--tmpfs=/sized:size=1m"),
            command);
      }
    }
  }

  private static void starts(
      Engine engine, Image image, String how, List<String> options, String... command) {
    String name = image.name().substring(image.name().indexOf('/') + 1);
    containers.add(
        engine.starts(
            "dbgt-%s-%s%s".formatted(engine.scheme(), name, how), image, options, command));
  }

  static List<Container> containers() {
    return containers;
  }

  /** The same tool on the host, run on the container's files as the host reaches them. */
  private static String truth(Container container, String line) {
    String root = "/proc/" + container.pid() + "/root";
    List<String> words = new ArrayList<>(List.of("-u", "env", "TZ=UTC"));
    for (String word : line.split(" ", -1)) {
      words.add(word.startsWith("/") ? root + word : word);
    }
    return nsenter(container, words.toArray(String[]::new)).exits(0).out().replace(root, "");
  }

  private static void seesTruth(Container container, String line) {
    String truth = truth(container, line);
    assertTrue(!truth.isBlank(), line);
    Ran seen = host.ann().runs(container.name() + " mnt -- " + line).exits(0).isRecorded();
    assertEquals(unnamed(truth), unnamed(seen.out()), seen::toString);
  }

  /** Without the names of ids, which stat(1) looks up: those are the container's. */
  private static String unnamed(String text) {
    return text.replaceAll("\\( *(\\d+)/ *\\S+\\)", "($1)");
  }

  @ParameterizedTest
  @MethodSource("containers")
  void its_first_process_is_its_own(Container container) {
    host.ann()
        .runs(container.name() + " pid,mnt -- cat /proc/1/comm")
        .sees(nsenter(container, "-u", "cat", "/proc/" + container.pid() + "/comm"));
  }

  @ParameterizedTest
  @MethodSource("containers")
  void files_are_shown_as_they_are(Container container) {
    for (String line :
        List.of(
            "ls -lan /data",
            "ls -lanR /data",
            "ls -lan /etc",
            "cat /data/text",
            "head -n 3 /data/text",
            "tail -n 3 /data/text",
            "tail -c 20 /data/link",
            "sha256sum /data/text /data/link /data/deep/er/file",
            "readlink /data/link",
            "readlink /data/absolute",
            "readlink /data/dangling",
            "stat /data/text",
            "stat /data/dangling",
            "du -a /data",
            "du -s --apparent-size /data")) {
      seesTruth(container, line);
    }
  }

  /** Except /proc and the directory that contains the tool itself. */
  @ParameterizedTest
  @MethodSource("containers")
  void its_root_has_its_entries(Container container) {
    String shown = host.ann().runs(container.name() + " mnt -- ls -lan /").exits(0).out();

    assertEquals(without(truth(container, "ls -lan /")), without(shown));
  }

  private static List<String> without(String list) {
    return list.lines().filter(line -> !line.matches(".* (proc|dev|sys)|total .*")).toList();
  }

  @ParameterizedTest
  @MethodSource("containers")
  void a_file_system_has_the_size_that_it_has(Container container) {
    Ran df = host.ann().runs(container.name() + " mnt -- df -k /sized").exits(0);

    assertTrue(df.lines().getLast().matches("tmpfs +1024 +0 +1024 +0% /sized"), df.out());
  }

  @ParameterizedTest
  @MethodSource("containers")
  void volumes_are_where_they_are_mounted(Container container) {
    if (container.name().endsWith("-locked")) {
      seesTruth(container, "cat /bound/here");
      seesTruth(container, "ls -lan /volume");
    }
  }

  @ParameterizedTest
  @MethodSource("containers")
  void nothing_of_it_is_changed(Container container) {
    String mounts = container.mounts();
    List<String> changes = container.changes();

    for (String line :
        List.of("mnt -- ls -lanR /etc", "mnt,net -- cat /data/text", "mnt,pid -- du -a /data")) {
      host.ann().runs(container.name() + " " + line).exits(0);
    }

    Patience.until("no tool is left", () -> host.processes().tools().isEmpty());
    assertEquals(mounts, container.mounts());
    assertEquals(changes, container.changes());
  }
}
