package dev.dbg.resolve.lxc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupFileTest {
  private static Optional<Map<String, String>> of(String lines) {
    return BackupFile.settings(
        """
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
            .formatted(lines));
  }

  /** As incusd 6.0.4 wrote them. */
  @Test
  void settings_are_read_as_incusd_writes_them() {
    assertEquals(
        Optional.of(
            Map.of(
                "user.team", "dns",
                "user.apos", "'x'",
                "user.colon:x", "1",
                "user.empty", "",
                "user.quoted", "\"a: b\"",
                "user.tab", "a\tb",
                "user.long", "aaa bbb ccc",
                "user.multi", "a\n    user.evil: x\nb",
                "volatile.base_image", "f358")),
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
    assertEquals(Optional.empty(), of(lines));
  }

  @Test
  void other_settings_may_be_written_in_any_way() {
    assertEquals(
        Optional.of(Map.of("volatile.base_image", "f358")), of("    volatile.x: |4-\n      y\n"));
  }

  @Test
  void settings_without_an_end_are_not_used() {
    assertEquals(Optional.empty(), of("    user.a: b\n".repeat(100_000)));
    assertEquals(Optional.empty(), of("    user.a: " + "b".repeat(100_000) + "\n"));
    assertEquals(Optional.empty(), of("\n".repeat(1 << 20)));
  }
}
