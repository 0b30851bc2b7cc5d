package dev.dbg.kubernetes;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;

/** A request of {@code src/test/resources/kubernetes}, and ones that differ from it. */
record AdmissionRequest(JsonNode json) {
  static AdmissionRequest recorded(String name) throws IOException {
    return new AdmissionRequest(recordedJson(name));
  }

  static JsonNode recordedJson(String name) throws IOException {
    return Manifests.JSON.readTree(Path.of("src/test/resources/kubernetes", name).toFile());
  }

  /** The same with another value in one place, in JSON; with nothing there if it is empty. */
  AdmissionRequest with(String pointer, String value) throws IOException {
    JsonNode changed = json.deepCopy();
    JsonPointer place = JsonPointer.compile(pointer);
    if (!(changed.at(place.head()) instanceof ObjectNode parent)) {
      throw new IllegalArgumentException("no object above " + pointer);
    }
    String member = place.last().getMatchingProperty();
    if (value.isEmpty()) {
      parent.remove(member);
    } else {
      parent.set(member, Manifests.JSON.readTree(value));
    }
    return new AdmissionRequest(changed);
  }
}
