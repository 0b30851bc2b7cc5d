package dev.dbg.nativetests.start;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.measure.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code dbgd serve --trace FILE}: where a session's time goes. */
@Tag("native")
@Tag("whole")
final class TraceTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The stages of a session whose tool is not in the container's pid namespace, in order. */
  private static final List<String> STAGES =
      List.of("decide", "spawn dbg-enter", "set-up", "root", "confine", "filter", "tool");

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING).startedByTheClass();

  private static Path file;

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-traced");
    file = host.directory().resolve("trace.json");
    host.daemon().startsTraced(file);
  }

  @Test
  void the_stages_of_dbgd_of_dbg_enter_and_of_the_tool_are_in_it_in_their_order()
      throws IOException {
    host.ann().runs("dbgt-traced net -- ss -tlnH").exits(0).isRecorded();

    Patience.until("it is written", () -> begins("record the result") > 0);
    for (int i = 1; i < STAGES.size(); i++) {
      String earlier = STAGES.get(i - 1);
      String later = STAGES.get(i);
      assertTrue(begins(earlier) < begins(later), earlier + " before " + later);
    }
    assertTrue(ends("record the intent") <= begins("tool"), "the tool ran before its record");
    assertTrue(ends("tool") <= begins("record the result"), "the record was before its result");
    assertTrue(ends("fdatasync") > begins("fdatasync"), "a stage takes time");
  }

  @Test
  void it_is_roots_alone_and_says_nothing_of_who_did_what() throws IOException {
    host.ann().runs("dbgt-traced net,pid -- ss -tlnH").exits(0).isRecorded();

    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    String text = Files.readString(file);
    assertFalse(text.contains("dbgt-traced") || text.contains("tlnH"), text);
    assertFalse(text.contains(host.ann().name()), text);
  }

  private static double begins(String stage) {
    return stages().stream()
        .filter(one -> one.path("name").asText().equals(stage))
        .mapToDouble(one -> one.path("ts").asDouble())
        .findFirst()
        .orElse(0);
  }

  private static double ends(String stage) {
    return stages().stream()
        .filter(one -> one.path("name").asText().equals(stage))
        .mapToDouble(one -> one.path("ts").asDouble() + one.path("dur").asDouble())
        .findFirst()
        .orElse(0);
  }

  /** The whole lines. The closing bracket is left out, as the format permits. */
  private static List<JsonNode> stages() {
    try {
      List<JsonNode> all = new ArrayList<>();
      String text = Files.readString(file);
      int end = text.lastIndexOf(",\n");
      if (end > 0) {
        JSON.readTree(text.substring(0, end) + "]").forEach(all::add);
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
