package dev.dbg.kernel.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** The name is right, but nothing is known of who can make it. */
  @Test
  void a_group_that_does_not_exist_proves_nothing() {
    assertFalse(RootsGroups.contain("0::/no-such-group/web\n", "/no-such-group/web"));
    assertFalse(RootsGroups.contain("7:no-such-controller:/web\n", "/web"));
  }
}
