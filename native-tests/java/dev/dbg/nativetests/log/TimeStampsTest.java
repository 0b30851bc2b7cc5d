package dev.dbg.nativetests.log;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.host.TimeAuthority;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An authority says when the log's heads existed, RFC 3161; openssl is the authority. */
@Tag("native")
final class TimeStampsTest {
  private static final int NOT_INTACT = 1;
  private static final Pattern REPLY = Pattern.compile("\"reply\":\"([^\"]+)\"");

  private static final Path PLACE = place();
  private static final TimeAuthority AUTHORITY = TimeAuthority.in(place());
  private static final TimeAuthority STRANGER = TimeAuthority.in(place());

  @RegisterExtension
  static final Host host =
      Host.with(Host.EVERYTHING)
          .keeping(
              "delivered = \"" + PLACE + "\"",
              "[[audit.timestamp]]",
              "name = \"tsa\"",
              "to = \"" + AUTHORITY.address() + "\"");

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
  }

  private static Ran verifies(Path log, Path stamps, TimeAuthority authority) {
    return host.installed()
        .verifies(
            log,
            "--stamps",
            stamps.toString(),
            "--tsa-ca",
            authority.certificate().toString(),
            "--without-recordings");
  }

  /** Has the log sealed, and stamped. */
  private static Path stamps() throws IOException {
    host.daemon().stops();
    host.daemon().starts();
    Path stamps = PLACE.resolve("tsa.stamps");
    Files.deleteIfExists(stamps);
    Files.deleteIfExists(PLACE.resolve("tsa.cursor"));
    Running delivering = host.installed().delivers();
    Patience.until("a time-stamp is kept", () -> Files.exists(stamps), delivering);
    Ran _ = delivering.gets("TERM").ends();
    return stamps;
  }

  private static Path file(String name, String text) throws IOException {
    return Files.writeString(PLACE.resolve(name), text);
  }

  private static void says(String part, Ran ran) {
    assertTrue(ran.out().contains(part), ran::toString);
  }

  @Test
  void a_log_is_stamped_and_each_lie_about_it_is_found() throws IOException {
    Instant before = Instant.now().minusSeconds(1);
    Path stamps = stamps();
    Path log = host.audit().file().resolveSibling("");

    Ran whole = verifies(log, stamps, AUTHORITY).exits(0);
    says("intact: ", whole);
    Matcher found =
        Pattern.compile("time-stamped: record (\\d+) existed at (\\S+), record \\1 .*; 1 in all")
            .matcher(whole.out());
    assertTrue(found.find(), whole::toString);
    Instant stamped = Instant.parse(found.group(2));
    assertTrue(!stamped.isBefore(before.minusSeconds(1)) && !stamped.isAfter(Instant.now()));
    String seq = found.group(1);

    String text = Files.readString(stamps);
    says(
        "unable to get local issuer certificate",
        verifies(log, stamps, STRANGER).exits(NOT_INTACT));
    Path otherHash = file("other-hash", text.replaceFirst("\"hash\":\".", "\"hash\":\"0"));
    if (!Files.readString(otherHash).equals(text)) {
      says("message imprint mismatch", verifies(log, otherHash, AUTHORITY).exits(NOT_INTACT));
    }
    Path noStamp = file("no-stamp", "{}\nhello\n");
    says("no-stamp:2: not a time-stamp", verifies(log, noStamp, AUTHORITY).exits(NOT_INTACT));

    // The log is cut before the record, with what would show that.
    Path copy = Files.createDirectory(PLACE.resolve("copy"));
    List<String> lines = Files.readAllLines(host.audit().file());
    Files.write(copy.resolve("audit.jsonl"), lines.subList(0, Integer.parseInt(seq) - 1));
    says("truncated: ", verifies(copy, stamps, AUTHORITY).exits(NOT_INTACT));
    host.installed()
        .verifies(log, "--stamps", stamps.toString())
        .exits(DBG_FAILED)
        .says("--stamps and --tsa-ca go together");
  }

  /** What surrounds a token is signed by nobody. */
  @Test
  void the_time_is_that_of_the_token_and_not_one_that_was_written_around_it() throws Exception {
    Path log = host.audit().file().resolveSibling("");
    String text = Files.readString(stamps()).lines().reduce((a, b) -> b).orElseThrow() + "\n";
    Matcher reply = REPLY.matcher(text);
    assertTrue(reply.find());
    byte[] answer = Base64.getDecoder().decode(reply.group(1));
    byte[] lied = withStatusText(answer, "x\nTime stamp: Jan  1 00:00:00 2001 GMT\n");
    Path tsr = PLACE.resolve("lied.tsr");
    Files.write(tsr, lied);
    String shown = Command.must("openssl", "ts", "-reply", "-in", tsr.toString(), "-text");
    assertTrue(shown.contains("\nTime stamp: Jan  1 00:00:00 2001 GMT\n"), "openssl prints it");
    Path file =
        file("lied", text.replace(reply.group(1), Base64.getEncoder().encodeToString(lied)));
    Ran ran = verifies(log, file, AUTHORITY).exits(0);
    assertTrue(!ran.out().contains("2001"), ran::toString);
    assertEquals(verifies(log, file("true", text), AUTHORITY).out(), ran.out());
  }

  /** The answer with a text in its status: PKIStatusInfo of RFC 3161, section 2.4.2. */
  private static byte[] withStatusText(byte[] answer, String text) {
    // 30 82 LL LL, 30 03 02 01 00, and the token.
    byte[] words = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
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
