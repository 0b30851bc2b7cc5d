package dev.dbg.policy.rule;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.NameGrammar;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which patterns may match a name that some runtime gives. */
class NameFormsTest {
  /** Names of each scheme, with a place for one more character in the middle. */
  private static final Map<String, String> NAMES =
      Map.of(
          "docker", "a%sb",
          "podman", "a%sb",
          "containerd", "default/a%sb",
          "k8s", "prod/shop/a%sb",
          "incus", "web/a%sb",
          "lxc", "a%sb",
          "nspawn", "a%sb",
          "unit", "a%sb.service",
          "pid", "1%s7");

  private static boolean isAccepted(String pattern) {
    try {
      ContainerPattern _ = ContainerPattern.parse(pattern);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Test
  void a_rule_can_name_each_admissible_name_and_no_other() {
    assertEquals(
        ContainerPattern.SCHEMES.stream().sorted().toList(),
        NAMES.keySet().stream().sorted().toList());
    NAMES.forEach(
        (scheme, name) -> {
          for (char c = ' '; c <= '~'; c++) {
            String typed = scheme + "://" + name.formatted(c);
            if (c != '*' && c != '/') {
              assertEquals(NameGrammar.admits(TargetName.parse(typed)), isAccepted(typed), typed);
            }
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "web",
        "web-*",
        "*/app",
        "prod/shop/app",
        "_old@1+x",
        "docker://*",
        "docker://*/*",
        "podman://dbg-*/web",
        "podman://CORP\\ann/web",
        "containerd://*",
        "containerd://moby*",
        "containerd://k8s.io/*",
        "k8s://*",
        "k8s://prod*",
        "k8s://*/app",
        "k8s://*/*/app",
        "k8s://prod/shop",
        "k8s:*",
        "k8s:prod",
        "incus://web",
        "incus://user-*",
        "incus://p/web",
        "unit://*",
        "unit://ssh*",
        "unit://ssh*.service",
        "unit://*vice",
        "unit://a@*.serv*",
        "unit://sys-a:b\\x2d.service",
        "pid://*",
        "pid://*0",
        "pid://17",
        "runtime:unit",
        "compose:*",
        "compose:_a/*",
        "compose://*/vault"
      })
  void a_pattern_that_some_name_matches_is_none_of_those_mistakes(String pattern) {
    assertDoesNotThrow(() -> ContainerPattern.parse(pattern));
  }
}
