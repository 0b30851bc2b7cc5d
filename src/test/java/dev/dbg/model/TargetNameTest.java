package dev.dbg.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetNameTest {
  @ParameterizedTest
  @CsvSource({
    "docker://web-1, docker, web-1",
    "podman://web-1, podman, web-1",
    "pid://1, pid, 1",
    "k8s://ns/pod/container, k8s, ns/pod/container",
    "docker://a://b, docker, a://b",
  })
  void a_scheme_and_a_name_are_told_apart(String typed, String scheme, String name) {
    TargetName target = TargetName.parse(typed);
    assertEquals(Optional.of(scheme), target.scheme());
    assertEquals(name, target.name());
    assertEquals(typed, target.toString());
  }

  @Test
  void a_users_container_has_its_user_before_it() {
    for (String scheme : new String[] {"docker", "podman"}) {
      TargetName name = TargetName.parse(scheme + "://una/web-1");
      assertEquals(Optional.of("una"), name.user());
      assertEquals("web-1", name.container());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"podman://web-1", "compose://shop/web", "k8s://ns/pod", "una/web-1"})
  void elsewhere_a_slash_names_no_user(String typed) {
    assertEquals(Optional.empty(), TargetName.parse(typed).user());
    assertEquals(TargetName.parse(typed).name(), TargetName.parse(typed).container());
  }

  @ParameterizedTest
  @ValueSource(strings = {"web-1", "4f2a", "ps", "a:b", "a/b", "a:/b", "-x", "ä"})
  void what_has_no_scheme_is_a_name(String typed) {
    assertEquals(new TargetName(Optional.empty(), typed), TargetName.parse(typed));
    assertEquals(typed, TargetName.parse(typed).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "docker://", "://web-1", "://"})
  void a_name_or_a_scheme_of_nothing_is_refused(String typed) {
    assertThrows(IllegalArgumentException.class, () -> TargetName.parse(typed));
  }

  @Test
  void ids_of_nobody_are_refused() {
    assertThrows(IllegalArgumentException.class, () -> new Pid(0));
    assertThrows(IllegalArgumentException.class, () -> new Pid(-1));
    assertThrows(IllegalArgumentException.class, () -> new Uid(-1));
    assertThrows(IllegalArgumentException.class, () -> new Uid(1L << 32));
    assertThrows(IllegalArgumentException.class, () -> new Gid(-1));
    assertThrows(IllegalArgumentException.class, () -> new Gid(1L << 32));
    assertEquals("4294967295", new Uid(0xFFFF_FFFFL).toString());
  }
}
