package dev.dbg.wire;

import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.ClusterSession;
import dev.dbg.model.RawText;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * For whom the agent of a Kubernetes cluster makes the request that follows, and what the API
 * server has on record about it: the packet {@code behalf} of dbg-protocol(7).
 */
public final class BehalfPacket {
  /** A user of a large directory is in hundreds. */
  public static final int MOST_GROUPS = 1024;

  private static final int MOST_WORDS = 256;

  private BehalfPacket() {}

  /**
   * Reads the packet.
   *
   * @throws MalformedPacket if a byte of it is not as dbg-protocol(7) says
   */
  public static ClusterSession read(byte[] packet) throws MalformedPacket {
    ByteBuffer in = Packets.open(packet, Packets.BEHALF);
    try {
      ClusterSession behalf =
          new ClusterSession(
              Packets.string(in),
              Packets.string(in),
              Packets.strings(in, "groups"),
              Packets.string(in),
              Packets.string(in),
              Packets.string(in),
              Packets.string(in),
              Packets.string(in),
              Packets.string(in),
              Packets.string(in),
              Packets.string(in),
              Packets.pairs(
                  Packets.strings(in, "labels"), "a label has no key", "a label is repeated"),
              Packets.strings(in, "words"));
      if (in.hasRemaining()) {
        throw new MalformedPacket("%d bytes follow its end".formatted(in.remaining()));
      }
      check(behalf);
      return behalf;
    } catch (BufferUnderflowException e) {
      throw new MalformedPacket("it ends before it is complete");
    }
  }

  /**
   * The bytes of the packet, which {@link #read} reads.
   *
   * @throws MalformedPacket if there is no such packet: it would be too long, or a string has what
   *     it may not have
   */
  public static byte[] of(ClusterSession behalf) throws MalformedPacket {
    check(behalf);
    ByteBuffer out =
        ByteBuffer.allocate(UnixConnection.LARGEST_PACKET)
            .put((byte) Packets.BEHALF)
            .put((byte) Packets.VERSION);
    try {
      put(out, behalf.username(), behalf.uid());
      putAll(out, behalf.groups());
      put(
          out,
          behalf.namespace(),
          behalf.pod(),
          behalf.podUid(),
          behalf.session(),
          behalf.sessionUid(),
          behalf.node(),
          behalf.agentPod(),
          behalf.reason());
      putAll(
          out,
          behalf.labels().entrySet().stream()
              .map(label -> label.getKey() + "=" + label.getValue())
              .toList());
      putAll(out, behalf.words());
    } catch (BufferOverflowException e) {
      throw new MalformedPacket(
          "%d groups, %d labels and %d words do not fit in its %d bytes"
              .formatted(
                  behalf.groups().size(),
                  behalf.labels().size(),
                  behalf.words().size(),
                  out.capacity()));
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  private static void put(ByteBuffer out, String... strings) {
    for (String string : strings) {
      byte[] bytes = RawText.encode(string);
      out.putInt(bytes.length).put(bytes);
    }
  }

  private static void putAll(ByteBuffer out, List<String> strings) {
    out.putInt(strings.size());
    put(out, strings.toArray(String[]::new));
  }

  private static void check(ClusterSession behalf) throws MalformedPacket {
    if (behalf.groups().size() > MOST_GROUPS) {
      throw new MalformedPacket(
          "it has %d groups, more than %d".formatted(behalf.groups().size(), MOST_GROUPS));
    }
    if (behalf.words().isEmpty() || behalf.words().size() > MOST_WORDS) {
      throw new MalformedPacket(
          "it has %d words, not 1 to %d".formatted(behalf.words().size(), MOST_WORDS));
    }
    name("user's name", behalf.username());
    plain("user's uid", behalf.uid());
    for (String group : behalf.groups()) {
      name("group", group);
    }
    name("namespace", behalf.namespace());
    name("pod", behalf.pod());
    name("pod's UID", behalf.podUid());
    name("session", behalf.session());
    name("session's UID", behalf.sessionUid());
    name("node", behalf.node());
    name("agent's pod", behalf.agentPod());
    for (Map.Entry<String, String> label : behalf.labels().entrySet()) {
      name("label", label.getKey());
      if (label.getKey().indexOf('=') >= 0) {
        throw new MalformedPacket("a label's key holds an equals sign");
      }
      plain("label", label.getValue());
    }
    // RawText.decode makes a surrogate of what is not UTF-8.
    if (Stream.concat(behalf.words().stream(), Stream.of(behalf.reason()))
        .flatMapToInt(String::codePoints)
        .anyMatch(point -> point == 0 || Character.getType(point) == Character.SURROGATE)) {
      throw new MalformedPacket("a word, or the reason, is not text in UTF-8");
    }
  }

  private static void name(String what, String value) throws MalformedPacket {
    if (value.isEmpty()) {
      throw new MalformedPacket("a %s is empty".formatted(what));
    }
    plain(what, value);
  }

  private static void plain(String what, String value) throws MalformedPacket {
    if (value.codePoints().anyMatch(RawText::obeyed)) {
      throw new MalformedPacket("a %s holds a character that a terminal may obey".formatted(what));
    }
  }
}
