package dev.dbg.nativetests.log;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.host.TimeAuthority;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An authority says when the log's heads existed, RFC 3161; openssl is the authority. */
@Tag("native")
@Tag("whole")
final class TimeStampsTest {
  private static final int NOT_INTACT = 1;

  /** A time-stamp whose signer's certificate has ended since, and the authority's. */
  private static final Path OLD = Path.of("src/test/resources/stamps").toAbsolutePath();

  /** Made before the host, whose configuration names it. */
  private static final Path PLACE = place();

  /** The directory of the time-stamps. */
  private static final Path STAMPS = PLACE.resolve("tsa.stamps");

  private static final TimeAuthority AUTHORITY = TimeAuthority.in(below("authority"));
  private static final TimeAuthority STRANGER = TimeAuthority.in(below("stranger"));

  @RegisterExtension
  static final Host host =
      Host.with(Host.EVERYTHING)
          .startedByTheClass()
          .keeping(
              "delivered = \"" + PLACE + "\"",
              "[[audit.timestamp]]",
              "name = \"tsa\"",
              "to = \"" + AUTHORITY.address() + "\"");

  /** A moment before there was a time-stamp. */
  private static Instant before;

  private static Path below(String name) {
    try {
      return Files.createDirectory(PLACE.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path place() {
    try {
      return Files.createTempDirectory("dbgt-stamps");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  static void stop() {
    AUTHORITY.close();
    STRANGER.close();
    Command.removes(PLACE);
  }

  private static Ran verifies(Path log, Path stamps, TimeAuthority authority) {
    return verifies(log, stamps, authority.certificate());
  }

  private static Ran verifies(Path log, Path stamps, Path certificate) {
    return host.installed()
        .verifies(
            log,
            "--stamps",
            stamps.toString(),
            "--tsa-ca",
            certificate.toString(),
            "--without-recordings");
  }

  /** Has the log sealed, and stamped. */
  @BeforeAll
  static void stamp() {
    before = Instant.now().minusSeconds(2);
    host.daemon().starts();
    host.daemon().stops();
    host.daemon().starts();
    Running delivering = host.installed().delivers();
    Patience.until(
        "a time-stamp is kept", () -> Files.exists(STAMPS.resolve(only(STAMPS))), delivering);
    Ran _ = delivering.gets("TERM").ends();
  }

  /** The name of the only file that is whole. */
  private static String only(Path directory) {
    String[] names = directory.toFile().list((_, name) -> name.endsWith(".tsr"));
    return names == null || names.length == 0 ? "none" : names[0];
  }

  /** Another directory, with one time-stamp. */
  private static Path with(String name, byte[] answer) throws IOException {
    Path directory = Files.createTempDirectory(PLACE, "stamps");
    Files.write(directory.resolve(name), answer);
    return directory;
  }

  private static void says(String part, Ran ran) {
    assertTrue((ran.out() + ran.err()).contains(part), ran::toString);
  }

  @Test
  void a_log_is_stamped_and_each_lie_about_it_is_found() throws IOException {
    Path log = host.audit().file().resolveSibling("");
    Ran whole = verifies(log, STAMPS, AUTHORITY).exits(0);
    says("unbroken: ", whole);
    Matcher found =
        Pattern.compile(
                "time-stamped: to record (\\d+); 1 time-stamp, 1 of this log's records\\R"
                    + "latest: record 1 says (\\S+), and existed for certain at (\\S+)\\R")
            .matcher(whole.out());
    assertTrue(found.find(), whole::toString);
    Instant stamped = Instant.parse(found.group(3));
    assertTrue(!stamped.isBefore(before) && !stamped.isAfter(Instant.now()), whole::toString);
    int seq = Integer.parseInt(found.group(1));

    String name = only(STAMPS);
    byte[] answer = Files.readAllBytes(STAMPS.resolve(name));
    says(
        "unable to get local issuer certificate",
        verifies(log, STAMPS, STRANGER).exits(NOT_INTACT));
    char digit = name.charAt(name.length() - 5);
    String otherHash = name.substring(0, name.length() - 5) + (digit == '0' ? '1' : '0') + ".tsr";
    says(
        "message imprint mismatch",
        verifies(log, with(otherHash, answer), AUTHORITY).exits(NOT_INTACT));
    String otherNumber = name.replaceFirst("\\.\\d+-", ".1-");
    says("forked: ", verifies(log, with(otherNumber, answer), AUTHORITY).exits(NOT_INTACT));
    says(
        "hello.tsr: not a time-stamp",
        verifies(log, with("hello.tsr", answer), AUTHORITY).exits(NOT_INTACT));
    says(
        "has no time-stamps",
        verifies(log, Files.createTempDirectory(PLACE, "none"), AUTHORITY).exits(DBG_FAILED));
    host.installed()
        .verifies(log, "--stamps", STAMPS.toString())
        .exits(DBG_FAILED)
        .says("--stamps and --tsa-ca go together");

    // The log is cut before the record, with all that would show that.
    Path copy = Files.createTempDirectory(PLACE, "copy");
    List<String> lines = Files.readAllLines(host.audit().file());
    Files.write(copy.resolve("audit.jsonl"), lines.subList(0, seq - 1));
    says("truncated: ", verifies(copy, STAMPS, AUTHORITY).exits(NOT_INTACT));
  }

  /** An authority stamps for anybody: also the end of what is left of a log. */
  @Test
  void a_time_stamp_does_not_vouch_that_a_log_was_not_cut() throws IOException {
    Path log = host.audit().file().resolveSibling("");
    says("unbroken: ", verifies(log, STAMPS, AUTHORITY).exits(0));
    Path copy = Files.createTempDirectory(PLACE, "cut");
    int seq = Integer.parseInt(only(STAMPS).replaceFirst(".*\\.(\\d+)-.*", "$1"));
    Files.write(
        copy.resolve("audit.jsonl"), Files.readAllLines(host.audit().file()).subList(0, seq));
    Ran cut = verifies(copy, STAMPS, AUTHORITY).exits(0);
    says("nothing vouches for it", cut);
    assertFalse(cut.out().contains("intact"), cut::toString);
  }

  /** A log is verified years after it was stamped. The time-stamp here is of no record of it. */
  @Test
  void a_certificate_counts_at_the_time_that_was_stamped() {
    Path log = host.audit().file().resolveSibling("");
    Path ended = OLD.resolve("ended");
    Path authority = OLD.resolve("authority.pem");
    Path token = ended.resolve(only(ended));
    String hash = only(ended).replaceFirst(".*-(\\w+)\\.tsr$", "$1");
    Ran now =
        Command.of(
                "openssl",
                "ts",
                "-verify",
                "-in",
                token.toString(),
                "-digest",
                hash,
                "-CAfile",
                authority.toString())
            .run();
    says("certificate has expired", now);
    Ran ran = verifies(log, ended, authority).exits(NOT_INTACT);
    says("forked: ", ran);
    assertFalse(ran.out().contains("stamp-broken"), ran::toString);
  }

  /** What surrounds a token is signed by nobody. */
  @Test
  void the_time_is_that_of_the_token_and_not_one_that_was_written_around_it() throws Exception {
    Path log = host.audit().file().resolveSibling("");
    String name = only(STAMPS);
    byte[] lied =
        withStatusText(
            Files.readAllBytes(STAMPS.resolve(name)), "x\nTime stamp: Jan  1 00:00:00 2001 GMT\n");
    Path lies = with(name, lied);
    String shown =
        Command.must("openssl", "ts", "-reply", "-in", lies.resolve(name).toString(), "-text");
    assertTrue(shown.contains("\nTime stamp: Jan  1 00:00:00 2001 GMT\n"), "openssl prints it");
    Ran ran = verifies(log, lies, AUTHORITY).exits(0);
    assertFalse(ran.out().contains("2001-01-01"), ran::toString);
    assertEquals(verifies(log, STAMPS, AUTHORITY).out(), ran.out());
  }

  /** The answer with a text in its status: PKIStatusInfo of RFC 3161, section 2.4.2. */
  private static byte[] withStatusText(byte[] answer, String text) {
    // 30 82 LL LL, 30 03 02 01 00, and the token.
    byte[] words = text.getBytes(StandardCharsets.UTF_8);
    byte[] status = new byte[2 + 3 + 2 + 2 + words.length];
    status[0] = 0x30;
    status[1] = (byte) (status.length - 2);
    status[2] = 2;
    status[3] = 1;
    status[5] = 0x30;
    status[6] = (byte) (words.length + 2);
    status[7] = 0x0c;
    status[8] = (byte) words.length;
    System.arraycopy(words, 0, status, 9, words.length);
    int token = answer.length - 9;
    byte[] lied = new byte[4 + status.length + token];
    lied[0] = 0x30;
    lied[1] = (byte) 0x82;
    lied[2] = (byte) ((status.length + token) >> 8);
    lied[3] = (byte) (status.length + token);
    System.arraycopy(status, 0, lied, 4, status.length);
    System.arraycopy(answer, 9, lied, 4 + status.length, token);
    return lied;
  }
}
