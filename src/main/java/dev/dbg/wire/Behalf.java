package dev.dbg.wire;

import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.RawText;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * For whom the agent of a Kubernetes cluster makes the request that follows, and what the API
 * server has on record about it: the packet {@code behalf} of dbg-protocol(7).
 *
 * @param username the user's name in the cluster
 * @param uid the user's uid there; empty if there is none
 * @param groups the user's groups there
 * @param namespace the namespace of the pod and of the session object
 * @param session the session object's name
 * @param node the node that the object names, on which this dbgd is
 * @param agentPod the pod of the agent
 * @param reason the reason that the object gives; empty if none
 * @param labels the labels of the namespace, each KEY=VALUE
 * @param words the command line that the object gives
 */
public record Behalf(
    String username,
    String uid,
    List<String> groups,
    String namespace,
    String pod,
    String podUid,
    String session,
    String sessionUid,
    String node,
    String agentPod,
    String reason,
    List<String> labels,
    List<String> words) {
  /** A user of a large directory is in hundreds. */
  public static final int MOST_GROUPS = 1024;

  private static final int MOST_WORDS = 256;

  public Behalf {
    groups = List.copyOf(groups);
    labels = List.copyOf(labels);
    words = List.copyOf(words);
  }

  /**
   * Reads the packet.
   *
   * @throws MalformedPacket if a byte of it is not as dbg-protocol(7) says
   */
  public static Behalf read(byte[] packet) throws MalformedPacket {
    ByteBuffer in = Packets.open(packet, Packets.BEHALF);
    try {
      Behalf behalf =
          new Behalf(
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
              Packets.strings(in, "labels"),
              Packets.strings(in, "words"));
      if (in.hasRemaining()) {
        throw new MalformedPacket("%d bytes follow its end".formatted(in.remaining()));
      }
      behalf.check();
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
  public byte[] packet() throws MalformedPacket {
    check();
    ByteBuffer out =
        ByteBuffer.allocate(UnixConnection.LARGEST_PACKET)
            .put((byte) Packets.BEHALF)
            .put((byte) Packets.VERSION);
    try {
      put(out, username, uid);
      putAll(out, groups);
      put(out, namespace, pod, podUid, session, sessionUid, node, agentPod, reason);
      putAll(out, labels);
      putAll(out, words);
    } catch (BufferOverflowException e) {
      throw new MalformedPacket(
          "%d groups, %d labels and %d words do not fit in its %d bytes"
              .formatted(groups.size(), labels.size(), words.size(), out.capacity()));
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

  private void check() throws MalformedPacket {
    if (groups.size() > MOST_GROUPS) {
      throw new MalformedPacket(
          "it has %d groups, more than %d".formatted(groups.size(), MOST_GROUPS));
    }
    if (words.isEmpty() || words.size() > MOST_WORDS) {
      throw new MalformedPacket("it has %d words, not 1 to %d".formatted(words.size(), MOST_WORDS));
    }
    name("user's name", username);
    plain("user's uid", uid);
    for (String group : groups) {
      name("group", group);
    }
    name("namespace", namespace);
    name("pod", pod);
    name("pod's UID", podUid);
    name("session", session);
    name("session's UID", sessionUid);
    name("node", node);
    name("agent's pod", agentPod);
    for (String label : labels) {
      plain("label", label);
      if (label.indexOf('=') <= 0) {
        throw new MalformedPacket("a label has no key");
      }
    }
    // RawText.decode makes a surrogate of what is not UTF-8.
    if (Stream.concat(words.stream(), Stream.of(reason))
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
