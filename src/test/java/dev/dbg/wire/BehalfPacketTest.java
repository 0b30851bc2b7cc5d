package dev.dbg.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dbg.model.ClusterSession;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BehalfPacketTest {
  private static final String HOSTILE = "a\u001b[2Jb";

  private static final ClusterSession GOLDEN =
      new ClusterSession(
          "alice",
          "4f2a",
          List.of("sre", "system:authenticated"),
          "shop",
          "web-1",
          "1c9a8d4e-pod",
          "web-1-x7k2p",
          "77e0b2c1-session",
          "node1",
          "dbg-4xv9q",
          "INC-7 für alice",
          labels("env", "prod", "team", ""),
          List.of("k8s://shop/web-1/app", "net", "--", "ss", "-tln"));

  @Test
  void the_golden_packet_is_written_and_read() throws Exception {
    assertArrayEquals(Golden.packet("behalf"), BehalfPacket.of(GOLDEN));
    assertEquals(GOLDEN, BehalfPacket.read(Golden.packet("behalf")));
  }

  @Test
  void every_truncation_is_refused_and_so_is_a_byte_after_its_end() throws Exception {
    byte[] whole = Golden.packet("behalf");
    for (int length = 0; length < whole.length; length++) {
      refused(Arrays.copyOf(whole, length));
    }
    assertEquals("1 bytes follow its end", refused(Arrays.copyOf(whole, whole.length + 1)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
  void a_count_that_cannot_be_is_refused_before_memory_is_taken(int count) throws Exception {
    byte[] packet = Golden.packet("behalf");
    ByteBuffer.wrap(packet).putInt(19, count);
    assertEquals("it promises %d groups and is too short".formatted(count), refused(packet));
  }

  @Test
  void a_request_is_no_behalf() throws Exception {
    assertEquals("its type is 0x01, not 0x04", refused(Golden.packet("request-line")));
  }

  @Test
  void as_many_groups_and_words_as_are_allowed_pass_and_one_more_does_not() throws Exception {
    for (ClusterSession most :
        List.of(groups(BehalfPacket.MOST_GROUPS, "g"), words(256, "w"), words(1, ""))) {
      assertEquals(most, BehalfPacket.read(BehalfPacket.of(most)));
    }
    assertEquals("it has 1025 groups, more than 1024", unwritten(groups(1025, "g")));
    assertEquals("it has 257 words, not 1 to 256", unwritten(words(257, "w")));
    assertEquals("it has 0 words, not 1 to 256", unwritten(words(0, "w")));
  }

  @Test
  void a_packet_that_would_be_too_long_is_not_written() {
    assertEquals(
        "1024 groups, 2 labels and 5 words do not fit in its 65536 bytes",
        unwritten(
            groups(1024, "CN=a-rather-long-name-of-a-group,OU=our-groups,DC=corp,DC=example")));
  }

  @Test
  void a_string_that_is_no_name_is_neither_written_nor_read() throws Exception {
    String obeyed = "a %s holds a character that a terminal may obey";
    String empty = "a %s is empty";
    for (String bad : List.of("", HOSTILE, "a\u202eb", "a\0b", "\udcff")) {
      String form = bad.isEmpty() ? empty : obeyed;
      assertEquals(form.formatted("user's name"), unwritten(with("alice", bad)));
      assertEquals(form.formatted("group"), unwritten(with("sre", bad)));
      assertEquals(form.formatted("namespace"), unwritten(with("shop", bad)));
      assertEquals(form.formatted("pod"), unwritten(with("web-1", bad)));
      assertEquals(form.formatted("pod's UID"), unwritten(with("1c9a8d4e-pod", bad)));
      assertEquals(form.formatted("session"), unwritten(with("web-1-x7k2p", bad)));
      assertEquals(form.formatted("session's UID"), unwritten(with("77e0b2c1-session", bad)));
      assertEquals(form.formatted("node"), unwritten(with("node1", bad)));
      assertEquals(form.formatted("agent's pod"), unwritten(with("dbg-4xv9q", bad)));
    }
    assertEquals(obeyed.formatted("user's uid"), unwritten(with("4f2a", HOSTILE)));
    assertEquals(obeyed.formatted("label"), unwritten(with("prod", HOSTILE)));
    assertEquals(obeyed.formatted("label"), unwritten(with("env", HOSTILE)));
    assertEquals("a label's key holds an equals sign", unwritten(with("env", "a=b")));
  }

  @Test
  void the_reason_and_words_may_be_any_text_and_nothing_else() throws Exception {
    for (String place : List.of("INC-7 für alice", "-tln")) {
      assertEquals(with(place, HOSTILE), BehalfPacket.read(BehalfPacket.of(with(place, HOSTILE))));
      assertEquals(with(place, ""), BehalfPacket.read(BehalfPacket.of(with(place, ""))));
      for (String bad : List.of("a\0b", "\udcff", "\ud800")) {
        assertEquals("a word, or the reason, is not text in UTF-8", unwritten(with(place, bad)));
      }
    }
  }

  @Test
  void what_is_not_written_is_not_read_either() throws Exception {
    byte[] packet = Golden.packet("behalf");
    packet[6] = 0x1b;
    assertEquals("a user's name holds a character that a terminal may obey", refused(packet));
    packet[6] = (byte) 0xff;
    assertEquals("a user's name holds a character that a terminal may obey", refused(packet));
    packet[6] = 0;
    assertEquals("a string holds a NUL byte", refused(packet));
    assertEquals("a label has no key", refused(labelled("=prod")));
    assertEquals("a label has no key", refused(labelled("eprod")));
    byte[] word = Golden.packet("behalf");
    word[word.length - 1] = (byte) 0xff;
    assertEquals("a word, or the reason, is not text in UTF-8", refused(word));
  }

  @Test
  void a_label_that_is_there_twice_is_refused() throws Exception {
    byte[] twice =
        new String(Golden.packet("behalf"), StandardCharsets.ISO_8859_1)
            .replace("env=prod", "team=oth")
            .getBytes(StandardCharsets.ISO_8859_1);
    assertEquals("a label is repeated", refused(twice));
  }

  @Test
  void damaged_packets_are_read_or_refused_and_never_anything_else() throws Exception {
    Random random = new Random(42);
    byte[] whole = Golden.packet("behalf");
    for (int i = 0; i < 20_000; i++) {
      byte[] packet = whole.clone();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        packet[random.nextInt(packet.length)] = (byte) random.nextInt();
      }
      try {
        assertArrayEquals(packet, BehalfPacket.of(BehalfPacket.read(packet)));
      } catch (MalformedPacket e) {
        assertFalse(e.message().isEmpty());
      }
    }
  }

  @Test
  void dbg_stdio_sends_it_before_the_request_and_ends_with_the_agent(@TempDir Path directory)
      throws Exception {
    Path program = GoldenTest.compiled("behalf", directory);
    String _ =
        GoldenTest.run(
            "%s %s %s"
                .formatted(
                    program, Golden.DIRECTORY.toAbsolutePath(), directory.resolve("dbg.sock")));
  }

  /** The golden one, in which each string that equals {@code old} is {@code another}. */
  private static ClusterSession with(String old, String another) {
    return new ClusterSession(
        in(GOLDEN.username(), old, another),
        in(GOLDEN.uid(), old, another),
        in(GOLDEN.groups(), old, another),
        in(GOLDEN.namespace(), old, another),
        in(GOLDEN.pod(), old, another),
        in(GOLDEN.podUid(), old, another),
        in(GOLDEN.session(), old, another),
        in(GOLDEN.sessionUid(), old, another),
        in(GOLDEN.node(), old, another),
        in(GOLDEN.agentPod(), old, another),
        in(GOLDEN.reason(), old, another),
        in(GOLDEN.labels(), old, another),
        in(GOLDEN.words(), old, another));
  }

  private static String in(String value, String old, String another) {
    return value.equals(old) ? another : value;
  }

  private static List<String> in(List<String> values, String old, String another) {
    return values.stream().map(value -> in(value, old, another)).toList();
  }

  private static Map<String, String> in(Map<String, String> values, String old, String another) {
    Map<String, String> changed = new LinkedHashMap<>();
    values.forEach((key, value) -> changed.put(in(key, old, another), in(value, old, another)));
    return changed;
  }

  private static Map<String, String> labels(String... keysAndValues) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      labels.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return labels;
  }

  private static ClusterSession groups(int count, String name) {
    return lists(Collections.nCopies(count, name), GOLDEN.words());
  }

  private static ClusterSession words(int count, String word) {
    return lists(GOLDEN.groups(), Collections.nCopies(count, word));
  }

  private static ClusterSession lists(List<String> groups, List<String> words) {
    return new ClusterSession(
        GOLDEN.username(),
        GOLDEN.uid(),
        groups,
        GOLDEN.namespace(),
        GOLDEN.pod(),
        GOLDEN.podUid(),
        GOLDEN.session(),
        GOLDEN.sessionUid(),
        GOLDEN.node(),
        GOLDEN.agentPod(),
        GOLDEN.reason(),
        GOLDEN.labels(),
        words);
  }

  /** The golden one with these bytes in the place of the first label's. */
  private static byte[] labelled(String label) throws Exception {
    String packet = new String(Golden.packet("behalf"), StandardCharsets.ISO_8859_1);
    return packet
        .replace("\0\0\0\u0008env=prod", "\0\0\0" + (char) label.length() + label)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String refused(byte[] packet) {
    return assertThrows(MalformedPacket.class, () -> BehalfPacket.read(packet)).message();
  }

  private static String unwritten(ClusterSession behalf) {
    return assertThrows(MalformedPacket.class, () -> BehalfPacket.of(behalf)).message();
  }
}
