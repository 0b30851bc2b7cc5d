package dev.dbg.resolve.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which control groups are services of the system manager, by directories with their names. */
class UnitTreeTest {
  @TempDir private Path top;

  private void has(String... groups) throws IOException {
    for (String group : groups) {
      Files.createDirectories(top.resolve(group));
    }
  }

  private Optional<String> path(String unit) throws IOException {
    return new UnitTree(top, "").group(unit).map(UnitTree.Group::path);
  }

  @Test
  void services_are_found_in_every_slice() throws IOException {
    has("system.slice/web.service", "a.slice/a-b.slice/deep.service", "top.service");

    assertEquals(Optional.of("/system.slice/web.service"), path("web.service"));
    assertEquals(Optional.of("/a.slice/a-b.slice/deep.service"), path("deep.service"));
    assertEquals(Optional.of("/top.service"), path("top.service"));
  }

  /** A manager in a container makes groups as the host's does, below that of the container. */
  @Test
  void no_service_of_a_container_is_one_of_the_hosts() throws IOException {
    has(
        "lxc.payload.x.slice/system.slice/web.service",
        "lxc.monitor.x.slice/web.service",
        "lxc.payload.y.service",
        "docker/0123/system.slice/web.service",
        "system.slice/docker-0123.scope/system.slice/web.service",
        "machine.slice/nspawn@z.service/payload/system.slice/web.service",
        "user.slice/user-1.slice/user@1.service/app.slice/web.service",
        "kubepods/pod1/0123/system.slice/web.service");

    assertEquals(Optional.empty(), path("web.service"));
    assertEquals(Optional.empty(), path("lxc.payload.y.service"));
    assertEquals(
        Set.of("docker-0123.scope", "nspawn@z.service"),
        new UnitTree(top, "")
            .groups().stream().map(UnitTree.Group::unit).collect(Collectors.toSet()));
  }
}
