package dev.dbg.resolve.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitRuntimeTest {
  private static final String MANAGER = "/usr/lib/systemd/systemd";

  @ParameterizedTest
  @CsvSource({
    "/usr/sbin/nginx, nginx, true",
    "/usr/sbin/nginx, (nginx), true",
    // A user's service manager is a service itself.
    "/usr/lib/systemd/systemd, systemd, true",
    // systemd before 255 prepares a service in a child of itself, and newer ones in another
    // program.
    "/usr/lib/systemd/systemd, (nginx), false",
    "/usr/lib/systemd/systemd-executor, (nginx), false",
    "/usr/lib/systemd/systemd-executor, systemd-executo, false"
  })
  void until_its_program_is_executed_a_service_has_not_begun(
      String program, String name, boolean begun) {
    assertEquals(begun, UnitRuntime.isServices(program, name, MANAGER));
  }
}
