package dev.dbg.nativetests.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.plan.AlteredPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * CVE-2019-14271: code that an image plants where a host's tool looks for its own. Each attack is
 * run twice: it must fail, and it must succeed with a dbg-enter that lacks the defence that stopped
 * it.
 */
@Tag("native")
final class PlantedCodeTest {
  private static final String PLANTED = "PLANTED";

  /** The library directory of this host's architecture, in which its loader looks by default. */
  private static final String LIBRARIES =
      "/usr/lib/" + System.getProperty("os.arch").replace("amd64", "x86_64") + "-linux-gnu";

  private static final String RULES = Host.EVERYTHING.replace("\"ls\"", "\"ls\", \"date\"");

  @RegisterExtension static final Host host = Host.with(RULES);

  @RegisterExtension static final Host withoutNoexec = Host.with(Host.EVERYTHING).without("noexec");

  @RegisterExtension
  static final Host readingTheCache = Host.with(Host.EVERYTHING).without("noexec", "inhibit-cache");

  @RegisterExtension
  static final Host searching = Host.with(Host.EVERYTHING).without("noexec", "library-path");

  @RegisterExtension
  static final Host translated = Host.with(RULES).inWhich(AlteredPlan.Translated.class);

  @BeforeAll
  static void start() throws IOException {
    // A date's format, as long as the one in its place.
    Path dates = host.directory().resolve("dates");
    String times = Files.readString(Path.of("/usr/lib/locale/C.utf8/LC_TIME"), ISO_8859_1);
    Files.writeString(dates, times.replace("%m/%d/%y", PLANTED + "!"), ISO_8859_1);
    Path library = host.program("planted.so");
    plants(
        Image.named("preload")
            .has("/etc/ld.so.preload", "/planted.so\n")
            .holds("/planted.so", library));
    plants(
        Image.named("nss")
            .has("/etc/nsswitch.conf", "passwd: planted\ngroup: planted\n")
            .holds(LIBRARIES + "/libnss_planted.so.2", library));
    // A locale with the name that dbg gives its tools, and a character set with the name that the
    // locale uses.
    plants(
        Image.named("gconv")
            .holdsAll("/usr/lib/locale/C.utf8", Path.of("/usr/lib/locale/C.utf8"))
            .has(
                LIBRARIES + "/gconv/gconv-modules",
                """
                alias UTF-8// PLANTED//
                module PLANTED// INTERNAL planted 1
                module INTERNAL PLANTED// planted 1
                """)
            .holds(LIBRARIES + "/gconv/planted.so", library)
            .holds("/usr/lib/locale/C.utf8/LC_TIME", dates)
            .has("/words/\u00fc", ""));
    plants(
        Image.named("cache")
            .has("/etc/nsswitch.conf", "passwd: planted\ngroup: planted\n")
            .holds("/opt/hidden/libnss_planted.so.2", library)
            .hasLibraryCache("/opt/hidden"));
    plants(
        Image.named("libc")
            .holds("/lib64/ld-linux-x86-64.so.2", library)
            .holds("/lib64/libc.so.6", library)
            .holds(LIBRARIES + "/libc.so.6", library)
            .holds(LIBRARIES + "/glibc-hwcaps/x86-64-v2/libc.so.6", library)
            .holds("/usr/lib/libc.so.6", library));
    plants(Image.named("handed-over").has("/etc/ld.so.preload", "/proc/self/fd/0\n"));
    // Monitoring has the host's procfs at another path as well: another way to the descriptors.
    host.docker()
        .starts(
            "dbgt-monitors",
            Image.named("monitors").has("/etc/ld.so.preload", "/host/proc/self/fd/0\n"),
            List.of("--volume=/proc:/host/proc:ro"),
            "/server");
  }

  private static void plants(Image image) {
    String name = "dbgt-" + image.name().substring(image.name().indexOf('/') + 1);
    host.docker().starts(name, image, List.of("--cap-drop=ALL"), "/server");
  }

  private static void bites(Host without, String line) {
    String seen = without.ann().runs(line).out();
    assertTrue(seen.contains(PLANTED), () -> "the attack is none: " + line + ": " + seen);
  }

  private static void fails(Host with, String line) {
    String seen = with.ann().runs(line).isRecorded().out();
    assertFalse(seen.contains(PLANTED), seen);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dbgt-preload mnt -- cat /etc/hosts",
        "dbgt-preload mnt,net,ipc,uts -- ls /",
        "dbgt-nss mnt -- ls -l /",
        "dbgt-nss mnt -- stat /etc",
        "dbgt-gconv mnt -- ls -q /words",
      })
  void a_planted_library_is_not_mapped_as_code(String line) {
    bites(withoutNoexec, line);
    fails(host, line);
  }

  /** Where the C library is older than 2.39, its messages, which are formats of printf(3), too. */
  @Test
  void a_tool_ignores_the_containers_date_formats() {
    String line = "dbgt-gconv mnt -- date +%x";

    bites(translated, line);
    fails(host, line);
  }

  /** Two defences, either of which would suffice. */
  @Test
  void a_planted_cache_of_libraries_is_not_read() {
    String line = "dbgt-cache mnt -- ls -l /";

    bites(readingTheCache, line);
    fails(withoutNoexec, line);
    fails(host, line);
  }

  @Test
  void a_planted_libc_is_not_the_tools() {
    // cat needs no other library, which the container would have to plant too.
    String line = "dbgt-libc mnt -- cat /etc/hosts";

    bites(searching, line);
    fails(withoutNoexec, line);
    fails(host, line);
    host.ann().runs(line).exits(0);
  }

  /** The operator's file lies on a mount from which code may be mapped: no path leads to it. */
  @ParameterizedTest
  @ValueSource(strings = {"dbgt-handed-over", "dbgt-monitors"})
  void a_library_that_the_operator_has_open_does_not_run(String container) {
    Path library = host.program("planted.so");

    for (String tool : List.of("cat /etc/hosts", "readlink /proc/self/fd/0")) {
      String seen = host.ann().reading(library).runs(container + " mnt -- " + tool).exits(0).out();
      assertFalse(seen.contains(PLANTED), seen);
      assertFalse(seen.contains("planted"), seen);
    }
  }
}
