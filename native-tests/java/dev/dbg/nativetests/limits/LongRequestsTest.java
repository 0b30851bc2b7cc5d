package dev.dbg.nativetests.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.words.Packet;
import dev.dbg.serve.AlteredServe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A long request takes more of its user's rate than a short one, because reading it costs more. */
@Tag("native")
@Tag("whole")
final class LongRequestsTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["dbgt-*"]
      namespaces = ["net"]
      tools = ["ss"]
      """;

  /** See {@link Host#slowToAnswer}. */
  private static final int AT_ONCE = 40;

  /** As a request of 63,000 bytes is counted: once, and three times for its length. */
  private static final int COUNTS = 4;

  @RegisterExtension static final Host host = Host.with(POLICY).slowToAnswer();

  @RegisterExtension
  static final Host countingThemOnce = host.inWhich(AlteredServe.CountingOnce.class);

  /** How many long requests, one after the other, are answered before one has to wait. */
  private static long answers(Host at) throws IOException {
    List<String> words = new ArrayList<>(List.of("pid://1", "net", "--", "ss"));
    words.addAll(List.of("x".repeat(31_500), "x".repeat(31_500)));
    Path request = at.directory().resolve("request");
    Files.write(request, Packet.request(words.toArray(new String[0])));
    String file = request.toString();
    Running asking =
        at.ann().startsProgram("flood", "ask", at.socket().toString(), "1000", file, file);
    Patience.until("one has to wait", () -> at.daemon().log().contains("exceeds dbgd's limits"));
    assertEquals("dbgt-ann", at.audit().last("denied").text("/operator/user"));
    return 2 * asking.gets("KILL").ends().out().lines().count();
  }

  @Test
  void a_user_who_sends_long_lines_is_answered_less_often() throws IOException {
    long answers = answers(host);
    assertTrue(answers <= 2 * AT_ONCE / COUNTS, () -> answers + " answers");
  }

  @Test
  void where_they_count_once_such_a_user_is_answered_as_often_as_others() throws IOException {
    long answers = answers(countingThemOnce);
    assertTrue(answers >= AT_ONCE, () -> answers + " answers");
  }
}
