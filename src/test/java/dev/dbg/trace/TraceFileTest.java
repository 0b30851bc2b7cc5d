package dev.dbg.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFileTest {
  @TempDir Path directory;

  @Test
  void a_stage_is_an_event_in_the_row_of_its_thread() throws IOException {
    Path path = directory.resolve("trace");
    TraceFile file = TraceFile.create(path);

    file.add("client-0", "decide", 1_000_000, 3_500_000);
    file.add("entry of client-0", "spawn", 2_000_000, 2_000_500);
    file.flush();

    String text = Files.readString(path).strip().replaceFirst(",$", "]");
    JsonNode events = new ObjectMapper().readTree(text);
    assertEquals(4, events.size(), text);
    assertEquals("client-0", events.at("/0/args/name").asText());
    assertEquals("X", events.at("/1/ph").asText());
    assertEquals("decide", events.at("/1/name").asText());
    assertEquals(1000, events.at("/1/ts").asDouble());
    assertEquals(2500, events.at("/1/dur").asDouble());
    assertEquals(events.at("/0/tid"), events.at("/1/tid"));
    assertEquals(events.at("/2/tid"), events.at("/3/tid"));
    assertEquals(0.5, events.at("/3/dur").asDouble(), 1e-9);
  }

  @Test
  void what_is_in_memory_is_written_when_there_is_much() throws IOException {
    Path path = directory.resolve("trace");
    TraceFile file = TraceFile.create(path);
    for (int i = 0; i < 1000; i++) {
      file.add("row", "stage", i, i + 1);
    }
    assertTrue(Files.size(path) > 10_000, "nothing is written");
  }

  @Test
  @Tag("whole")
  void a_large_file_gets_no_more() throws IOException {
    Path path = directory.resolve("trace");
    TraceFile file = TraceFile.create(path);
    String name = "x".repeat(1 << 20);
    for (int i = 0; i < 100; i++) {
      file.add("row", name, i, i + 1);
    }

    long size = Files.size(path);
    assertTrue(size > 60L << 20 && size < 70L << 20, "its size is " + size);
  }

  @Test
  void an_existing_file_is_not_overwritten() throws IOException {
    Path path = Files.writeString(directory.resolve("trace"), "precious");

    IOException refused = assertThrows(IOException.class, () -> TraceFile.create(path));

    assertEquals(path + " exists: give --trace a new file", refused.getMessage());
    assertEquals("precious", Files.readString(path));
  }

  @Test
  void a_missing_directory_is_named() {
    Path path = directory.resolve("no/trace");

    IOException refused = assertThrows(IOException.class, () -> TraceFile.create(path));

    assertEquals(path + ": there is no such directory", refused.getMessage());
  }
}
