package dev.dbg.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionReaderTest {
  /** As the recorded answer has it. */
  static final SessionObject RECORDED =
      new SessionObject(
          "shop",
          "web-1-2rvft",
          "c508383f-81c8-4710-9670-cbb589395c35",
          "343",
          Instant.parse("2026-11-29T19:37:45Z"),
          false,
          false,
          "alice",
          "",
          List.of("sre", "dns-ops", "system:authenticated"),
          Map.of("env", "prod", "kubernetes.io/metadata.name", "shop", "team", "shop"),
          "web-1",
          "846799b6-adec-424a-a150-b0ca3d6a56c4",
          "node1",
          "60e05bd1b195af2f94112fa7197a5c88289058840ce7c6df9693756bc6250f55",
          "INC-7 für alice",
          List.of("k8s://shop/web-1/app", "net", "--", "ss", "-tln", "<&>"));

  private static SessionObject read(Object json) throws IOException {
    return SessionReader.read(json.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static ObjectNode recorded() throws IOException {
    return StandInApiServer.recorded("session.json");
  }

  @Test
  void what_a_real_api_server_says_is_read() throws Exception {
    assertEquals(
        RECORDED,
        SessionReader.read(Files.readAllBytes(StandInApiServer.RECORDED.resolve("session.json"))));
  }

  @Test
  void an_object_that_was_deleted_or_begun_is_known_as_such() throws Exception {
    ObjectNode deleted = recorded();
    deleted.withObject("/metadata").put("deletionTimestamp", "2026-11-29T19:37:50Z");
    assertTrue(read(deleted).isDeleted());
    ObjectNode begun = recorded();
    begun.putObject("status");
    assertTrue(read(begun).hasStatus());
    assertFalse(read(begun).isDeleted());
  }

  @Test
  void what_the_api_server_leaves_out_is_empty() throws Exception {
    ObjectNode bare = recorded();
    bare.putObject("spec").put("pod", "web-1");
    SessionObject read = read(bare);
    assertEquals("web-1", read.pod());
    assertEquals("", read.username() + read.userUid() + read.keyHash() + read.reason());
    assertEquals(List.of(), read.groups());
    assertEquals(List.of(), read.command());
  }

  /** Texts are JSON, in which X stands for what must not appear in a message. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "\"X\"",
        "{}",
        "{\"metadata\":[\"X\"]}",
        "{\"metadata\":{\"creationTimestamp\":\"X\"}}",
        "{\"metadata\":{\"creationTimestamp\":1}}",
        "{\"metadata\":T,\"spec\":\"X\"}",
        "{\"metadata\":T,\"spec\":{\"command\":\"X\"}}",
        "{\"metadata\":T,\"spec\":{\"command\":[[\"X\"]]}}",
        "{\"metadata\":T,\"spec\":{\"command\":[null]}}",
        "{\"metadata\":T,\"spec\":{\"user\":[\"X\"]}}",
        "{\"metadata\":T,\"spec\":{\"user\":{\"username\":true}}}",
        "{\"metadata\":T,\"spec\":{\"user\":{\"username\":\"X\",\"username\":\"root\"}}}",
        "{\"metadata\":T,\"spec\":{\"user\":{\"username\":\"X\"}},\"spec\":{}}",
        "{\"metadata\":T,\"spec\":{\"command\":[\"X\"],\"command\":[]}}",
        "{\"metadata\":T,\"spec\":{\"namespaceLabels\":{\"X\":\"1\",\"X\":\"2\"}}}",
        "{\"metadata\":T,\"status\":{},\"status\":{}}",
        "{\"metadata\":T,\"spec\":{\"namespaceLabels\":{\"X\":{}}}}",
        "{\"metadata\":T} X",
        "{\"metadata\":T}{}",
        "{'X':1}",
      })
  void what_is_no_such_object_is_refused_and_nothing_of_it_told(String json) {
    String time = "{\"creationTimestamp\":\"2026-11-29T19:37:45Z\"}";
    IOException refused =
        assertThrows(
            IOException.class,
            () -> read(json.replace("T,", time + ",").replace("T}", time + "}")));
    assertEquals("the API server's answer is not an object DebugSession", refused.getMessage());
  }

  @Test
  void an_object_that_is_nested_too_deeply_is_refused() {
    String deep = "{\"annotations\":" + "[".repeat(100_000);
    assertThrows(IOException.class, () -> read(deep));
  }

  /**
   * As many as an object can have: whoever may make one chooses them, and sixteen are read at once.
   */
  @Test
  void of_annotations_nothing_is_kept() throws Exception {
    ObjectNode full = recorded();
    ObjectNode annotations = full.withObject("/metadata").putObject("annotations");
    int most = 50_000;
    for (int i = 0; i < most; i++) {
      annotations.put(Integer.toString(i, 36), "");
    }
    byte[] json = full.toString().getBytes(StandardCharsets.UTF_8);
    assertTrue(json.length > 400_000, () -> json.length + " bytes");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assertEquals(RECORDED, SessionReader.read(json));
    long before = threads.getCurrentThreadAllocatedBytes();
    assertEquals(RECORDED, SessionReader.read(json));
    long made = threads.getCurrentThreadAllocatedBytes() - before;
    // The parser makes a String of each name, which takes 48 bytes, and forgets it.
    assertTrue(made < 60L * most, () -> made + " bytes were made of " + json.length);
  }

  /** Eight answers of half a megabyte, read at once, filled the agent's memory. */
  @Test
  void an_object_with_more_than_its_definition_allows_is_refused() throws Exception {
    ObjectNode labelled = recorded();
    ObjectNode labels = labelled.withObject("/spec/namespaceLabels");
    ObjectNode worded = recorded();
    ArrayNode words = worded.withObject("/spec").putArray("command");
    ObjectNode most = recorded();
    ArrayNode groups = most.withObject("/spec/user").putArray("groups");
    for (int i = 0; i < 2048; i++) {
      ObjectNode _ = labels.put("a" + i, "");
      ArrayNode _ = words.add("");
    }
    for (int i = 0; i < 1024; i++) {
      ArrayNode _ = groups.add("x".repeat(100));
    }
    assertEquals(1024, read(most).groups().size());
    assertThrows(IOException.class, () -> read(labelled));
    assertThrows(IOException.class, () -> read(worded));
    most.withObject("/metadata").put("uid", "x".repeat(4096));
    assertEquals(4096, read(most).uid().length());
    most.withObject("/metadata").put("uid", "x".repeat(4097));
    assertThrows(IOException.class, () -> read(most));
  }

  @Test
  void every_beginning_of_an_object_is_refused_and_damaged_ones_are_read_or_refused()
      throws Exception {
    byte[] whole = recorded().toString().getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < whole.length; length++) {
      byte[] begun = Arrays.copyOf(whole, length);
      assertThrows(IOException.class, () -> SessionReader.read(begun));
    }
    Random random = new Random(42);
    int read = 0;
    for (int i = 0; i < 5_000; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      try {
        SessionObject _ = SessionReader.read(damaged);
        read++;
      } catch (IOException e) {
        assertEquals("the API server's answer is not an object DebugSession", e.getMessage());
      }
    }
    assertTrue(read > 0);
  }
}
