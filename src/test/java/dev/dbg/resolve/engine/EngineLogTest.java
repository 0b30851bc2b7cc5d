package dev.dbg.resolve.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.log.EngineLog;
import dev.dbg.resolve.log.LogWanted;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineLogTest {
  /** A user could have put another engine there; whoever is root here. */
  @Test
  void where_others_could_have_put_the_socket_nothing_is_asked(@TempDir Path directory) {
    LogWanted all = new LogWanted(false, Optional.empty(), Optional.empty(), false, false);
    EngineRuntime engine = new EngineRuntime("docker", directory.resolve("docker.sock"), "");

    RuntimeUnavailable refusal =
        assertThrows(RuntimeUnavailable.class, () -> engine.log("0af3", all).close());

    assertTrue(refusal.message().contains("which may not be root's"), refusal.message());
  }

  @Test
  void the_request_has_the_id_and_what_is_wanted() {
    LogWanted all = new LogWanted(false, Optional.empty(), Optional.empty(), false, false);
    LogWanted some =
        new LogWanted(
            true,
            Optional.of("20"),
            Optional.of(Instant.ofEpochSecond(1_795_842_003L, 5)),
            true,
            false);

    assertEquals(
        "/containers/0af3/logs?stdout=true&stderr=true&follow=false&timestamps=false&tail=all",
        EngineLog.request("docker", "0af3", all));
    assertEquals(
        "/v4.0.0/libpod/containers/0af3/logs?stdout=true&stderr=true&follow=true&timestamps=true"
            + "&tail=20&since=1795842003.000000005",
        EngineLog.request("podman", "0af3", some));
  }
}
