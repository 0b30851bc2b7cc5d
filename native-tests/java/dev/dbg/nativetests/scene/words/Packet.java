package dev.dbg.nativetests.scene.words;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** What clients send, as dbg-protocol(7) defines it: to be damaged, or to say what is not so. */
public final class Packet {
  private static final int REQUEST = 1;
  private static final int BEHALF = 4;
  private static final int VERSION = 3;

  /** Where a request says which of the client's descriptors are terminals, a bit for each. */
  public static final int TERMINALS = 6;

  private Packet() {}

  /** The packet that dbg sends for these words, without a terminal. */
  public static byte[] request(String... words) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(REQUEST);
      out.writeByte(VERSION);
      out.writeShort(0);
      out.writeShort(0);
      out.writeByte(0);
      out.writeInt(1);
      string(out, "TERM=xterm");
      string(out, "/");
      out.writeInt(words.length);
      for (String word : words) {
        string(out, word);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * The packet that the agent of a cluster sends before a request.
   *
   * @param pod its namespace, its name and its uid
   * @param labels of the namespace, each KEY=VALUE
   */
  public static byte[] behalf(
      String user, List<String> groups, List<String> pod, List<String> labels, List<String> line) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(BEHALF);
      out.writeByte(VERSION);
      string(out, user);
      string(out, "");
      strings(out, groups);
      for (String part : pod) {
        string(out, part);
      }
      for (String part : List.of("session-1", "uid-of-session-1", "node1", "dbg-1", "")) {
        string(out, part);
      }
      strings(out, labels);
      strings(out, line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void strings(DataOutputStream out, List<String> all) throws IOException {
    out.writeInt(all.size());
    for (String each : all) {
      string(out, each);
    }
  }

  private static void string(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** The packet with another byte at {@code at}. */
  public static byte[] with(byte[] packet, int at, int value) {
    byte[] spoilt = packet.clone();
    spoilt[at] = (byte) value;
    return spoilt;
  }

  /** The packet cut off, or extended with zeros, to this length. */
  public static byte[] ofLength(byte[] packet, int length) {
    return Arrays.copyOf(packet, length);
  }
}
