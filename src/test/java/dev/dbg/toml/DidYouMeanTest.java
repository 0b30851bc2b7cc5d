package dev.dbg.toml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a misspelt word may have been. */
class DidYouMeanTest {
  private static final List<String> KNOWN = List.of("net", "mnt", "tools", "audit", "explain");

  @ParameterizedTest
  @CsvSource({
    "nett, net",
    "ne, net",
    "nte, net",
    "mtn, mnt",
    "toosl, tools",
    "audti, audit",
    "eplxain, explain",
  })
  void a_slip_of_the_fingers_is_recognised(String typed, String meant) {
    assertEquals(Optional.of(meant), DidYouMean.to(typed, KNOWN));
  }

  @ParameterizedTest
  @CsvSource({"xyz", "stool", "a", "explanation"})
  void another_word_is_not(String typed) {
    assertEquals(Optional.empty(), DidYouMean.to(typed, KNOWN));
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void a_word_of_a_whole_packet_is_compared_with_no_short_one() {
    List<String> many = Collections.nCopies(2000, "x".repeat(20_000));
    assertEquals(Optional.empty(), DidYouMean.to("x".repeat(60_000), many));
  }

  @Test
  void the_nearest_comes_first() {
    assertEquals(
        List.of("web-1", "web-2"), DidYouMean.of("web-1x", List.of("web-2", "web-1")).toList());
  }
}
