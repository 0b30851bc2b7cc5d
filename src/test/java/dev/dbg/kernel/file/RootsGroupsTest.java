package dev.dbg.kernel.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RootsGroupsTest {
  @ParameterizedTest
  @CsvSource({
    "/system.slice/web.service, true",
    "/system.slice/web.service/payload, true",
    "/system.slice/web.service-1, false",
    "/system.slice/my-web.service, false",
    "/user.slice/user-1000.slice/user@1000.service/system.slice/web.service, false",
    "/system.slice, false",
    "/../system.slice/web.service, false",
    "/system.slice/web.service/../other.service, false"
  })
  void a_path_is_compared_from_its_beginning(String group, boolean within) {
    assertEquals(within, RootsGroups.isWithin(group, "/system.slice/web.service"));
  }

  @Test
  void a_line_that_is_none_has_no_group() {
    assertFalse(RootsGroups.contain("/system.slice/web.service\n", "/system.slice/web.service"));
    assertFalse(RootsGroups.contain("", "/docker"));
  }

  /** The kernel permits every character but a newline and a slash in a group's name. */
  @ParameterizedTest
  @ValueSource(strings = {"\r", "\u000b", "\f", "\u0085", "\u2028", "\u2029"})
  void no_name_of_a_group_is_a_line_of_its_own(String separator) {
    String forged = "0::/user.slice/x" + separator + "0::/init.scope\n";
    assertFalse(RootsGroups.contain(forged, "/init.scope"));
    assertFalse(RootsGroups.contain(forged.replace("0::", "1:name=systemd:"), "/init.scope"));
    assertFalse(RootsGroups.contain("1:a,a:/x\n", "/x"));
  }

  /** The name is right, but nothing is known of who can make it. */
  @Test
  void a_group_that_does_not_exist_proves_nothing() {
    assertFalse(RootsGroups.contain("0::/no-such-group/web\n", "/no-such-group/web"));
    assertFalse(RootsGroups.contain("7:no-such-controller:/web\n", "/web"));
  }
}
