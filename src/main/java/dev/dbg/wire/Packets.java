package dev.dbg.wire;

import dev.dbg.kernel.process.Terminal;
import dev.dbg.model.RawText;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The packets of dbg-protocol(7). Each starts with its type and the protocol's version; numbers are
 * big-endian; a string is its length in four bytes and its bytes.
 */
public final class Packets {
  /** Both sides refuse any other version. */
  public static final int VERSION = 3;

  static final int REQUEST = 0x01;
  static final int SIGNAL = 0x02;
  static final int WINDOW = 0x03;
  static final int BEHALF = 0x04;
  static final int OUTPUT = 0x81;
  static final int ERROR = 0x82;
  static final int EXITED = 0x83;
  static final int SIGNALLED = 0x84;
  static final int RAW = 0x85;
  static final int STREAMS = 0x86;
  static final int VERBATIM = 0x87;
  static final int SHELL = 0x88;
  static final int DRAWING = 0x89;

  private static final int HEADER = 2;
  private static final int DESCRIPTORS = 3;

  /**
   * So many zeros say: no window, no terminal, no variable. A directory and a number take as many.
   */
  private static final int NOTHING = 9;

  /** More than the client sends; it bounds the memory that they take. */
  private static final int MOST_VARIABLES = 16;

  /** A packet that a client sends while its tool runs. */
  public sealed interface Said permits Signal, Window {}

  /** A signal for the tool, signal(7). */
  public record Signal(int number) implements Said {}

  /** The new size of the client's terminal. */
  public record Window(Terminal.Size size) implements Said {}

  private Packets() {}

  public static Request request(byte[] packet) throws MalformedPacket {
    ByteBuffer in = open(packet, REQUEST);
    try {
      Terminal.Size window = size(in);
      Set<Integer> terminals = terminals(in.get());
      Map<String, String> environment = environment(in);
      String directory = string(in);
      List<String> arguments = strings(in, "arguments");
      if (in.hasRemaining()) {
        throw new MalformedPacket("%d bytes follow its end".formatted(in.remaining()));
      }
      return new Request(window, terminals, environment, directory, arguments);
    } catch (BufferUnderflowException e) {
      throw new MalformedPacket("it ends before it is complete");
    }
  }

  /** What a client sends, for dbgd's own rehearsal: without variables, from no terminal. */
  public static byte[] request(List<String> arguments) {
    List<byte[]> words = arguments.stream().map(RawText::encode).toList();
    int length = words.stream().mapToInt(word -> Integer.BYTES + word.length).sum();
    byte[] bytes = Arrays.copyOf(header(REQUEST, 0).array(), HEADER + 2 * NOTHING + length);
    ByteBuffer packet = ByteBuffer.wrap(bytes).position(HEADER + NOTHING);
    packet.putInt(1).put((byte) '/').putInt(words.size());
    words.forEach(word -> packet.putInt(word.length).put(word));
    return bytes;
  }

  /** Each is written NAME=VALUE, as in environ(7). */
  private static Map<String, String> environment(ByteBuffer in) throws MalformedPacket {
    List<String> variables = strings(in, "variables");
    if (variables.size() > MOST_VARIABLES) {
      throw new MalformedPacket("it has %d variables".formatted(variables.size()));
    }
    return pairs(
        variables, "one of its variables has no name", "one of its variables is set twice");
  }

  /**
   * Strings NAME=VALUE; the other two say what is wrong if one has no name, or has that of another.
   */
  static Map<String, String> pairs(List<String> strings, String nameless, String again)
      throws MalformedPacket {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String string : strings) {
      int equals = string.indexOf('=');
      if (equals <= 0) {
        throw new MalformedPacket(nameless);
      }
      if (pairs.put(string.substring(0, equals), string.substring(equals + 1)) != null) {
        throw new MalformedPacket(again);
      }
    }
    return pairs;
  }

  static List<String> strings(ByteBuffer in, String what) throws MalformedPacket {
    int count = in.getInt();
    // Each string takes at least four bytes; this is checked before memory is allocated for them.
    if (count < 0 || count > in.remaining() / 4) {
      throw new MalformedPacket("it promises %d %s and is too short".formatted(count, what));
    }
    List<String> strings = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      strings.add(string(in));
    }
    return strings;
  }

  private static Terminal.Size size(ByteBuffer in) {
    int rows = Short.toUnsignedInt(in.getShort());
    return new Terminal.Size(rows, Short.toUnsignedInt(in.getShort()));
  }

  private static Set<Integer> terminals(byte mask) throws MalformedPacket {
    if (mask >> DESCRIPTORS != 0) {
      throw new MalformedPacket(
          "it says 0x%02x of its three descriptors".formatted(Byte.toUnsignedInt(mask)));
    }
    return IntStream.range(0, DESCRIPTORS)
        .filter(number -> (mask >> number & 1) != 0)
        .boxed()
        .collect(Collectors.toSet());
  }

  public static Said said(byte[] packet) throws MalformedPacket {
    boolean window = packet.length > 0 && packet[0] == WINDOW;
    ByteBuffer in = open(packet, window ? WINDOW : SIGNAL);
    if (in.remaining() != 4) {
      throw new MalformedPacket("it has four bytes, not " + in.remaining());
    }
    return window ? new Window(size(in)) : new Signal(in.getInt());
  }

  /** Text for the client's standard output, {@link #OUTPUT}, or error, {@link #ERROR}. */
  static byte[] text(int type, byte[] text, int from, int length) {
    return header(type, length).put(text, from, length).array();
  }

  /** The last packet: {@link #EXITED} with the status, {@link #SIGNALLED} with the signal. */
  static byte[] last(int type, int number) {
    return header(type, 4).putInt(number).array();
  }

  /** Whether a session's last packet says that its tool succeeded. */
  public static boolean isSuccess(byte[] packet) {
    return Arrays.equals(packet, last(EXITED, 0));
  }

  /** What the client does with its terminal: {@link #RAW}, {@link #VERBATIM}, {@link #DRAWING}. */
  static byte[] terminal(int type) {
    return header(type, 0).array();
  }

  /** The client's ends of the tool's streams come with this; bit n: the tool's descriptor n. */
  static byte[] streams(int mask) {
    return header(STREAMS, 1).put((byte) mask).array();
  }

  /** The client becomes a shell, which reads the script from descriptor 9. */
  static byte[] shell(String script, List<String> command) {
    List<byte[]> strings = new ArrayList<>(List.of(RawText.encode(script)));
    command.forEach(word -> strings.add(RawText.encode(word)));
    int length = strings.stream().mapToInt(string -> Integer.BYTES + string.length).sum();
    byte[] bytes = Arrays.copyOf(header(SHELL, 0).array(), HEADER + length);
    ByteBuffer packet = ByteBuffer.wrap(bytes).position(HEADER);
    strings.forEach(string -> packet.putInt(string.length).put(string));
    return bytes;
  }

  private static ByteBuffer header(int type, int length) {
    return ByteBuffer.allocate(HEADER + length).put((byte) type).put((byte) VERSION);
  }

  static ByteBuffer open(byte[] packet, int type) throws MalformedPacket {
    if (packet.length < HEADER) {
      throw new MalformedPacket("it has no header");
    }
    ByteBuffer in = ByteBuffer.wrap(packet);
    int found = Byte.toUnsignedInt(in.get());
    if (found != type) {
      throw new MalformedPacket("its type is 0x%02x, not 0x%02x".formatted(found, type));
    }
    int version = Byte.toUnsignedInt(in.get());
    if (version != VERSION) {
      throw new MalformedPacket(
          "it is of version %d, and dbgd speaks %d: install dbg and dbgd of the same version"
              .formatted(version, VERSION));
    }
    return in;
  }

  static String string(ByteBuffer in) throws MalformedPacket {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new MalformedPacket("a string of %d bytes does not fit in it".formatted(length));
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    for (byte b : bytes) {
      if (b == 0) {
        throw new MalformedPacket("a string holds a NUL byte");
      }
    }
    return RawText.decode(bytes);
  }
}
