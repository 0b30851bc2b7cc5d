package dev.dbg.nativetests.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.write.AlteredWrite;
import dev.dbg.kernel.file.AlteredFiles;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Disk;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.review.AlteredReview;
import dev.dbg.session.AlteredSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The file for Prometheus: promtool reads it, it says what the log says, and tells strangers
 * nothing about who looks at what.
 */
@Tag("native")
@Tag("whole")
final class MetricsFileTest {
  private static final String RULES = "src/docs/examples/dbg.rules.yml";
  private static final String RULES_TEST = "native-tests/prometheus/rules.yml";
  private static final String CLUSTER_RULES = "src/docs/examples/dbg-cluster.rules.yml";
  private static final String CLUSTER_RULES_TEST = "native-tests/prometheus/cluster.yml";

  private static final int NOT_INTACT = 1;

  @RegisterExtension static final Host host = measured().startedByTheClass();

  @RegisterExtension
  static final Host uncounted =
      host.inWhich(AlteredSession.Uncounted.class, AlteredWrite.Uncounted.class);

  @RegisterExtension
  static final Host followingLinks = host.inWhich(AlteredFiles.FollowingLinks.class);

  @RegisterExtension static final Host verified = measured().startedByTheClass();

  @RegisterExtension
  static final Host forgetful = measured().inWhich(AlteredReview.Forgetful.class);

  @RegisterExtension
  static final Host credulous = measured().inWhich(AlteredReview.Credulous.class);

  private static Written written;

  @BeforeAll
  static void start() throws IOException {
    host.docker().starts("dbgt-watched");
    written = afterLines(host);
    host.daemon().starts();
  }

  private static Host measured() {
    return Host.with(Host.EVERYTHING).asking(MetricsFileTest::engines);
  }

  /** The table of the engines, and that of the file behind it. */
  private static String engines(Host which) {
    try {
      Files.createDirectories(directory(which));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "docker = [\"%s\"]\npodman = [\"%s\"]\n[metrics]\nfile = \"%s\""
        .formatted(which.docker().socket(), which.podman().socket(), file(which));
  }

  private static Path directory(Host which) {
    return which.directory().resolve("metrics");
  }

  private static Path file(Host which) {
    return directory(which).resolve("dbg.prom");
  }

  @Test
  void promtool_has_nothing_to_say_about_the_file_and_the_shipped_rules() throws IOException {
    Path file = Files.writeString(host.directory().resolve("written.prom"), written.metrics());
    Machine.runs("sh", "-c", "promtool check metrics < " + file).exits(0).prints("");
    Machine.runs("promtool", "check", "rules", absolute(RULES)).exits(0);
    Machine.runs("promtool", "test", "rules", absolute(RULES_TEST)).exits(0);
    Machine.runs("promtool", "check", "rules", absolute(CLUSTER_RULES)).exits(0);
    Machine.runs("promtool", "test", "rules", absolute(CLUSTER_RULES_TEST)).exits(0);
    // A rule about a metric that does not exist never fires.
    for (String word : Files.readString(Path.of(RULES)).split("\\W+", -1)) {
      if (word.startsWith("dbg_")) {
        String type = "# TYPE " + word.replaceAll("_bucket$", "") + " ";
        assertTrue(written.metrics().contains(type), word);
      }
    }
  }

  private static String absolute(String path) {
    return Path.of(path).toAbsolutePath().toString();
  }

  @Test
  void the_doctor_and_check_say_what_keeps_the_metrics_from_their_readers() throws IOException {
    String directory = directory(host).toString();
    isDiagnosed("works     metrics " + file(host));
    Machine.runs("chmod", "0700", directory).exits(0);
    try {
      isDiagnosed("degraded  metrics %s: only root can reach".formatted(file(host)));
      String checked = host.installed().runsOffline("check").exits(0).out();
      assertTrue(checked.contains("the metrics will be missing: only root can reach"), checked);
      Machine.runs("chmod", "0777", directory).exits(0);
      isDiagnosed("degraded  metrics %s: others than root".formatted(file(host)));
    } finally {
      Machine.runs("chmod", "0755", directory).exits(0);
    }
  }

  private static void isDiagnosed(String line) {
    String diagnosis = host.root().runs("doctor").out();
    assertTrue(diagnosis.contains(line), diagnosis);
  }

  @Test
  void metrics_count_what_the_log_records() {
    Map<String, Long> recorded = new TreeMap<>();
    for (AuditRecord record : written.records()) {
      if (record.text("/event").equals("result")) {
        String result = record.text("/outcome/exit").equals("0") ? "success" : "failure";
        String tool = written.toolOf(record.text("/session"));
        recorded.merge("%s %s".formatted(result, tool), 1L, Long::sum);
      } else if (record.text("/event").equals("denied")) {
        recorded.merge(record.text("/decision/kind"), 1L, Long::sum);
      } else if (record.text("/event").equals("mistyped")) {
        recorded.merge("mistyped", 1L, Long::sum);
      }
    }
    assertEquals(
        Map.of(
            "success ss",
            2L,
            "failure ls",
            1L,
            "entry",
            1L,
            "tool",
            1L,
            "rule",
            1L,
            "mistyped",
            1L),
        recorded);
    assertEquals(recorded, written.counts());
    assertEquals("3", value(written.metrics(), "dbg_session_seconds_count"));
    assertEquals("3", value(written.metrics(), "dbg_session_seconds_bucket{le=\"+Inf\"}"));
  }

  @Test
  void where_nothing_is_counted_that_is_seen() throws IOException {
    Written uncounting = afterLines(uncounted);
    assertEquals(Map.of(), uncounting.counts());
    assertNotEquals(0, uncounting.records().size());
  }

  /** What a dbgd has written in its life, from its start to its end. */
  private record Written(List<AuditRecord> records, String metrics) {
    String toolOf(String session) {
      return records.stream()
          .filter(r -> r.text("/event").equals("intent") && r.text("/session").equals(session))
          .map(r -> r.text("/tool/name"))
          .findFirst()
          .orElseThrow();
    }

    /** The counts that are not 0. */
    Map<String, Long> counts() {
      Map<String, Long> counts = new TreeMap<>();
      for (String line : metrics.lines().toList()) {
        String labels = line.replaceAll(".*\\{|\\}.*", "").replaceAll("[a-z]+=\"|\"", "");
        long count =
            line.startsWith("#") ? 0 : (long) Double.parseDouble(line.replaceAll(".* ", ""));
        if (count > 0 && line.matches("dbg_(sessions|denials)_total.*")) {
          counts.put(labels.replace(',', ' '), count);
        }
      }
      return counts;
    }
  }

  /** Lets an operator type lines of all kinds, of a dbgd that is started and stopped for that. */
  private static Written afterLines(Host which) throws IOException {
    which.daemon().starts();
    which.ann().runs("dbgt-watched net -- ss -tlnH").exits(0);
    which.ann().runs("dbgt-watched net -- ss -tan").exits(0);
    which.ann().runs("--reason dbgt-private dbgt-watched mnt -- ls /dbgt-nothing").exits(2);
    which.ann().runs("dbgt-watched net -- ss -K").exits(126);
    which.ann().runs("dbgt-watched net -- dbgt-invented").exits(127);
    which.ann().runs("other-container net -- ss -tlnH").exits(126);
    which.ann().runs("--dbgt-option dbgt-watched net -- ss").exits(125);
    which.daemon().stops();
    return new Written(which.audit().records(), Files.readString(file(which)));
  }

  @Test
  void strangers_learn_neither_who_nor_where_nor_what_was_typed() {
    String metrics = written.metrics();
    String names =
        metrics
            .lines()
            .filter(l -> !l.startsWith("#") && !l.contains("socket="))
            .toList()
            .toString();
    assertFalse(names.contains("dbgt-"), names);
    assertFalse(names.contains("nothing"), names);
    AuditRecord intent =
        written.records().stream()
            .filter(record -> record.event().equals("intent"))
            .findFirst()
            .orElseThrow();
    assertFalse(metrics.contains(intent.text("/operator/user")), metrics);
    assertFalse(metrics.contains(intent.text("/session")), metrics);
    assertFalse(metrics.contains(intent.text("/host/id")), metrics);
  }

  @Test
  void it_is_written_again_and_again_for_everybody_to_read() throws IOException {
    Patience.until("it is there", () -> Files.exists(file(host)));
    String first = value(host, "dbg_metrics_written_timestamp_seconds");
    Patience.until(
        "it is written again",
        () -> !value(host, "dbg_metrics_written_timestamp_seconds").equals(first));
    assertEquals(
        "rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(file(host))));
    assertEquals("1", value(host, "dbg_log_writable"));
    host.daemon().stops();
    try (Stream<Path> files = Files.list(directory(host))) {
      assertEquals(List.of(file(host)), files.toList());
    }
    host.daemon().starts();
  }

  private static Verification afterRestart(Host which) throws IOException {
    which.daemon().stops();
    startsAnew(which);
    return Verification.of(which);
  }

  /** Starts dbgd, and waits until there is a file that this dbgd has written. */
  private static void startsAnew(Host which) throws IOException {
    Files.deleteIfExists(file(which));
    which.daemon().starts();
    Patience.until("it is written", () -> Files.exists(file(which)));
  }

  private record Verification(double at, String intact) {
    static final Verification UNKNOWN = new Verification(0, "0");

    static Verification of(Host which) {
      return new Verification(
          Double.parseDouble(value(which, "dbg_log_verified_timestamp_seconds")),
          value(which, "dbg_log_verified_intact"));
    }
  }

  private static void verifies(Host which, int status) {
    which.root().runs("audit verify").exits(status);
  }

  @Test
  void a_restart_does_not_change_when_the_log_was_verified_and_with_what_result()
      throws IOException {
    startsAnew(verified);
    assertEquals(Verification.UNKNOWN, Verification.of(verified));
    double before = System.currentTimeMillis() / 1000.0;
    verifies(verified, 0);
    double after = System.currentTimeMillis() / 1000.0;
    Verification intact = afterRestart(verified);
    assertEquals("1", intact.intact());
    assertTrue(before <= intact.at() && intact.at() <= after, intact::toString);
    assertEquals(intact, afterRestart(verified));

    isEdited(verified);
    verifies(verified, NOT_INTACT);
    Verification edited = afterRestart(verified);
    assertEquals("0", edited.intact());
    assertTrue(edited.at() > after, edited::toString);

    // A damaged note stops no start, and is replaced by the next verification.
    Path note = verified.audit().file().resolveSibling("verified");
    Files.writeString(note, "intact\n");
    assertEquals(Verification.UNKNOWN, afterRestart(verified));
    Patience.until(
        "it is said",
        () -> verified.daemon().log().contains("it is not known when the log was last verified"));
    verifies(verified, NOT_INTACT);
    assertTrue(afterRestart(verified).at() > edited.at());
  }

  @Test
  void where_the_note_is_not_read_or_says_what_is_not_so_that_is_seen() throws IOException {
    verifies(forgetful, 0);
    assertEquals(Verification.UNKNOWN, afterRestart(forgetful));

    isEdited(credulous);
    verifies(credulous, NOT_INTACT);
    assertEquals("1", afterRestart(credulous).intact());
  }

  /** Changes the version in the first record of a start. */
  private static void isEdited(Host which) throws IOException {
    which.daemon().stops();
    String text = Files.readString(which.audit().file());
    Files.writeString(which.audit().file(), text.replaceFirst("\"version\":\"", "$0x"));
    assertNotEquals(text, Files.readString(which.audit().file()));
    which.daemon().starts();
  }

  @Test
  void a_directory_that_is_a_link_or_not_roots_alone_gets_no_file_and_sessions_run()
      throws IOException {
    Path elsewhere = Files.createDirectories(host.directory().resolve("metrics-elsewhere"));
    host.daemon().stops();
    leadsTo(host, elsewhere);
    Patience.until(
        "it is said", () -> host.daemon().log().contains("a symbolic link is on the way"));
    host.ann().runs("dbgt-watched net -- ss -tlnH").exits(0);
    assertFalse(Files.exists(elsewhere.resolve("dbg.prom")));

    Path there = Files.createDirectories(followingLinks.directory().resolve("elsewhere"));
    leadsTo(followingLinks, there);
    Patience.until("it follows the link", () -> Files.exists(there.resolve("dbg.prom")));
    isDirectoryAgain(followingLinks);

    host.daemon().stops();
    isDirectoryAgain(host);
    Files.setPosixFilePermissions(directory(host), PosixFilePermissions.fromString("rwxrwxrwx"));
    host.daemon().starts();
    Patience.until(
        "it is said", () -> host.daemon().log().contains("others than root can write in"));
    host.ann().runs("dbgt-watched net -- ss -tlnH").exits(0);
    assertFalse(Files.exists(file(host)));
    Files.setPosixFilePermissions(directory(host), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void isDirectoryAgain(Host which) throws IOException {
    Files.delete(directory(which));
    Files.createDirectory(directory(which));
  }

  private static void leadsTo(Host which, Path elsewhere) throws IOException {
    empty(which);
    Files.delete(directory(which));
    Files.createSymbolicLink(directory(which), elsewhere);
    which.daemon().starts();
    which.ann().runs("version").exits(0);
  }

  private static void empty(Host which) throws IOException {
    try (Stream<Path> files = Files.list(directory(which))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void a_link_in_the_files_place_is_replaced_and_not_followed() throws IOException {
    Path victim = Files.writeString(host.directory().resolve("victim"), "as it was");
    host.daemon().stops();
    for (String name : List.of("dbg.prom", "dbg.prom.new")) {
      Files.deleteIfExists(directory(host).resolve(name));
      Files.createSymbolicLink(directory(host).resolve(name), victim);
    }
    host.daemon().starts();
    Patience.until("it is a file", () -> !Files.isSymbolicLink(file(host)));
    host.daemon().stops();
    assertEquals("as it was", Files.readString(victim));
    assertEquals("1", value(host, "dbg_log_writable"));
    empty(host);
    host.daemon().starts();
  }

  @Test
  void on_a_full_disk_the_old_file_stays_and_sessions_run() throws IOException {
    host.daemon().stops();
    try (Disk disk = Disk.over(directory(host), "64k")) {
      host.daemon().starts();
      Patience.until("it is there", () -> Files.exists(file(host)));
      host.daemon().stops();
      String old = Files.readString(file(host));
      disk.isFilled();
      host.daemon().starts();
      Patience.until(
          "it is said",
          () -> host.daemon().log().contains("No space left on device: the old file stays"));
      host.ann().runs("dbgt-watched net -- ss -tlnH").exits(0);
      assertEquals(old, Files.readString(file(host)));
      disk.isFreed();
      host.daemon().stops();
      assertNotEquals(old, Files.readString(file(host)));
      assertTrue(host.daemon().log().contains("the metrics are written to"), host.daemon().log());
    }
    host.daemon().starts();
  }

  private static String value(Host which, String name) {
    try {
      return value(Files.readString(file(which)), name);
    } catch (IOException e) {
      return "";
    }
  }

  private static String value(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> line.substring(name.length() + 1))
        .findFirst()
        .orElse("");
  }
}
