package dev.dbg.resolve.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.QuotedText;
import dev.dbg.model.Target;
import dev.dbg.resolve.untrusted.Allowance;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EngineAnswerTest {
  private static final EngineAnswer PODMANS = new EngineAnswer("podman", Optional.empty(), "");

  private static ByteArrayInputStream json(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  /** As Podman 3 to 5 answer; a container that ignores SIGTERM is so for as long as it is given. */
  @Test
  void a_container_of_podmans_that_is_being_stopped_runs_until_it_has_ended() throws IOException {
    Target inspected =
        PODMANS
            .inspected(
                json(
                    "{\"Id\":\"1\",\"Name\":\"/web\",\"State\":{\"Status\":\"stopping\",\"Pid\":7}}"),
                Allowance.ofRuntime())
            .target();
    Target listed =
        PODMANS
            .listed(
                json(
                    "[{\"Id\":\"1\",\"Names\":[\"/web\"],\"State\":\"stopping\",\"Status\":\"Stopping\"}]"),
                Allowance.ofRuntime())
            .getFirst()
            .target();

    assertTrue(inspected.isRunning());
    assertTrue(listed.isUp());
    assertEquals("Stopping", listed.status());
  }

  /** A user's own engine may have any name for it. */
  @Test
  void what_runs_a_container_is_told_and_a_long_name_is_cut() throws IOException {
    for (String name : List.of("runsc", "x".repeat(4000))) {
      String json =
          "{\"Id\":\"1\",\"Name\":\"/web\",\"HostConfig\":{\"Runtime\":\"" + name + "\"}}";
      Target target = PODMANS.inspected(json(json), Allowance.ofRuntime()).target();
      assertEquals(QuotedText.of(name), target.oci());
    }
  }
}
