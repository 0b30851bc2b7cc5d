package dev.dbg.resolve.untrusted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** What an engine says is either fields, the same as Jackson finds, or refused. */
class JsonStreamFuzzTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();

  @FuzzTest(maxDuration = "15s")
  void any_bytes_are_fields_or_refused(byte[] json) {
    JsonFields found;
    try {
      found =
          JsonFields.of(
              new ByteArrayInputStream(json), Set.of("Id", "labels.*"), Allowance.ofRuntime());
    } catch (IOException e) {
      assertTrue(e.getMessage() == null || !e.getMessage().isBlank());
      return;
    }
    Optional<JsonNode> other = jackson(json);
    if (other.isPresent() && other.get().path("Id").isTextual()) {
      assertEquals(other.get().path("Id").textValue(), found.text("Id"));
    }
  }

  /** Empty if Jackson refuses it, or reads another encoding than UTF-8. */
  private static Optional<JsonNode> jackson(byte[] json) {
    try {
      return json.length < 2 || json[0] == 0 || json[1] == 0
          ? Optional.empty()
          : Optional.of(JACKSON.readTree(json));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
