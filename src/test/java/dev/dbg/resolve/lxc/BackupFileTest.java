package dev.dbg.resolve.lxc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupFileTest {
  private static IncusSettings of(String lines) {
    return BackupFile.settings(yaml(lines), true);
  }

  private static String yaml(String lines) {
    return """
    container:
      config:
        user.team: other
      devices: {}
      expanded_config:
    %s    volatile.base_image: f358
      expanded_devices:
        user.team: other
    pool:
      expanded_config:
        user.team: other
    """
        .formatted(lines);
  }

  /** As incusd 6.0.4 wrote them. */
  @Test
  void settings_are_read_as_incusd_writes_them() {
    assertEquals(
        new IncusSettings(
            "f358",
            Optional.of(
                Map.of(
                    "user.team", "dns",
                    "user.apos", "'x'",
                    "user.colon:x", "1",
                    "user.empty", "",
                    "user.quoted", "\"a: b\"",
                    "user.tab", "a\tb",
                    "user.long", "aaa bbb ccc",
                    "user.multi", "a\n    user.evil: x\nb"))),
        of(
            """
                user.team: dns
                user.apos: '''x'''
                user.colon:x: "1"
                user.empty: ""
                user.quoted: '"a: b"'
                user.tab: "a\\tb"
                user.long: aaa bbb
                  ccc
                user.multi: |-
                  a
                      user.evil: x
                  b
            """));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "    user.team: |4-\n          dns\n",
        "    user.team: >-\n      dns\n",
        "    user.team: &a dns\n",
        "    user.team: \"dns\n      \\x41\"\n",
        "    user.team: \"\\x41\"\n",
        "    'user.team': dns\n",
        "    user.team:\n",
      })
  void none_is_used_if_one_is_written_in_another_way(String lines) {
    assertEquals(Optional.empty(), of(lines).labels());
  }

  @Test
  void other_settings_may_be_written_in_any_way() {
    assertEquals(
        new IncusSettings("f358", Optional.of(Map.of())), of("    volatile.x: |4-\n      y\n"));
  }

  @Test
  void settings_without_an_end_are_not_used() {
    assertEquals(IncusSettings.UNKNOWN, of("    user.a: b\n".repeat(100_000)));
    assertEquals(IncusSettings.UNKNOWN, of("    user.a: " + "b".repeat(100_000) + "\n"));
    assertEquals(IncusSettings.UNKNOWN, of("\n".repeat(1 << 20)));
  }

  @Test
  void more_labels_than_are_kept_of_one_container_are_unknown() {
    assertEquals(256, of(labels(256)).labels().orElseThrow().size());
    assertEquals(new IncusSettings("f358", Optional.empty()), of(labels(257)));
    String value = "    user.a: " + "b".repeat(1 << 14) + "\n";
    assertEquals(new IncusSettings("f358", Optional.empty()), of(value));
  }

  private static String labels(int number) {
    return IntStream.range(0, number)
        .mapToObj("    user.%d: x\n"::formatted)
        .collect(Collectors.joining());
  }

  @Test
  void nothing_but_the_image_is_kept_where_labels_are_not_used() {
    assertEquals(
        new IncusSettings("f358", Optional.empty()), BackupFile.settings(yaml(labels(3)), false));
    String longer = yaml("").replace("f358", "f".repeat(65));
    assertEquals(IncusSettings.UNKNOWN, BackupFile.settings(longer, false));
  }

  /** Each more would be copied with all before it: sixteen megabytes. */
  @Test
  void a_value_of_thousands_of_lines_is_put_together_once() {
    String folded = yaml("    user.a: a\n" + "     b\n".repeat(4000));
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    IncusSettings first = BackupFile.settings(folded, true);
    long before = thread.getCurrentThreadAllocatedBytes();
    IncusSettings second = BackupFile.settings(folded, true);
    long made = thread.getCurrentThreadAllocatedBytes() - before;

    assertEquals(Map.of("user.a", "a" + " b".repeat(4000)), second.labels().orElseThrow());
    assertEquals(first, second);
    assertTrue(made < 4 << 20, "bytes: " + made);
  }
}
