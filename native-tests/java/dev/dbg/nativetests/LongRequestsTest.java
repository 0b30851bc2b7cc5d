package dev.dbg.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.Host;
import dev.dbg.nativetests.scene.Packet;
import dev.dbg.nativetests.scene.Running;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A long request takes more of its user's rate than a short one, because reading it costs more. */
@Tag("native")
final class LongRequestsTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["dbgt-*"]
      namespaces = ["net"]
      tools = ["ss"]
      """;

  private static final int SECONDS = 8;

  /** A user's requests, as {@code RequestRate} counts them: at first, and in each second after. */
  private static final int AT_ONCE = 200;

  private static final int EACH_SECOND = 50;

  /** As a request of 63,000 bytes is counted: once, and three times for its length. */
  private static final int COUNTS = 4;

  /**
   * So many requests that count four times are answered meanwhile; the last one may take longer.
   */
  private static final long MOST = (AT_ONCE + (SECONDS + 1) * EACH_SECOND) / COUNTS + 1;

  @RegisterExtension static final Host host = Host.with(POLICY);

  @RegisterExtension
  static final Host countingThemOnce =
      host.inWhich("serve/Admission.java", "size / BYTES_COUNT_ONE_MORE + took", "took");

  /** How many long requests, one after the other, are answered meanwhile. */
  private static long answers(Host at) {
    List<String> words = new ArrayList<>(List.of("pid://1", "net", "--", "ss"));
    words.addAll(List.of("x".repeat(31_500), "x".repeat(31_500)));
    Running flood =
        at.ann()
            .startsProgramReading(
                Packet.request(words.toArray(new String[0])),
                "flood",
                "with",
                at.socket().toString(),
                "1",
                Integer.toString(SECONDS),
                "wait");
    String said = flood.endsWithinMinutes(1).exits(0).out();
    System.err.println("  " + said.strip());
    assertEquals("dbgt-ann", at.last("denied").text("/operator/user"));
    return Long.parseLong(said.replaceAll("\\D", ""));
  }

  @Test
  void a_user_who_sends_long_lines_is_answered_less_often() {
    long answers = answers(host);
    assertTrue(answers <= MOST, () -> answers + " answers");
  }

  @Test
  void where_they_count_once_such_a_user_is_answered_as_often_as_others() {
    long answers = answers(countingThemOnce);
    assertTrue(answers > MOST, () -> answers + " answers");
  }
}
