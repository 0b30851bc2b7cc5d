package dev.dbg.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.dbg.model.ClusterSession;
import dev.dbg.wire.BehalfPacket;
import dev.dbg.wire.MalformedPacket;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** Any bytes from a client are a line or none, and any from the API server an object or none. */
class SessionFuzzTest {
  @FuzzTest(maxDuration = "10s")
  void bytes_of_a_client_are_a_line_with_names_or_none(byte[] bytes) {
    SessionLine.parse(bytes)
        .ifPresent(
            line -> {
              assertTrue(bytes.length <= SessionLine.LONGEST);
              String path = SessionRef.path(line.namespace(), line.name());
              assertTrue(
                  path.matches(
                      "/apis/dbg\\.dev/v1alpha1/namespaces/[a-z0-9-]+/debugsessions/[a-z0-9.-]+"));
            });
  }

  @FuzzTest(maxDuration = "15s")
  void bytes_of_the_api_server_are_an_object_that_dbgd_can_be_told_of_or_none(byte[] bytes) {
    try {
      SessionObject object = SessionReader.read(bytes);
      SessionLine line = new SessionLine(object.namespace(), object.name(), object.keyHash());
      Optional<String> _ = SessionCheck.refusal(line, object, "node1", Instant.EPOCH);
      ClusterSession behalf = object.behalf("agent");
      assertEquals(behalf, BehalfPacket.read(BehalfPacket.of(behalf)));
    } catch (IOException e) {
      assertEquals("the API server's answer is not an object DebugSession", e.getMessage());
    } catch (MalformedPacket e) {
      assertTrue(!e.message().isEmpty());
    }
  }
}
