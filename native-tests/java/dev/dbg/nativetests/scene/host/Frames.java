package dev.dbg.nativetests.scene.host;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The server's side of WebSocket with port-forward's channels: each message is cut into frames, and
 * a ping is between them.
 */
final class Frames {
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int FINAL = 0x80;

  private final DataInputStream in;
  private final OutputStream out;

  Frames(DataInputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  void send(int channel, byte[] bytes) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(frame(BINARY, new byte[] {(byte) channel}));
    all.writeBytes(frame(FINAL | PING, new byte[] {'?'}));
    all.writeBytes(frame(0, Arrays.copyOf(bytes, bytes.length / 2)));
    all.writeBytes(frame(FINAL, Arrays.copyOfRange(bytes, bytes.length / 2, bytes.length)));
    synchronized (out) {
      out.write(all.toByteArray());
      out.flush();
    }
  }

  /** Sends all that comes from there as data, and closes. */
  void sendAll(InputStream from) {
    try (from) {
      byte[] bytes = new byte[10_000];
      for (int got = from.read(bytes); got > 0; got = from.read(bytes)) {
        send(0, Arrays.copyOf(bytes, got));
      }
    } catch (IOException e) {
      // The other side is gone.
    } finally {
      close();
    }
  }

  void close() {
    try {
      synchronized (out) {
        out.write(frame(FINAL | CLOSE, new byte[0]));
        out.flush();
      }
    } catch (IOException e) {
      // The other side is gone.
    }
  }

  private static byte[] frame(int first, byte[] payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(first);
    if (payload.length > 125) {
      frame.write(126);
      frame.write(payload.length >> 8);
      frame.write(payload.length);
    } else {
      frame.write(payload.length);
    }
    frame.writeBytes(payload);
    return frame.toByteArray();
  }

  /** What a client sends: masked, and each message whole. Empty if it has ended. */
  byte[] data() throws IOException {
    for (; ; ) {
      int first;
      try {
        first = in.readUnsignedByte();
      } catch (EOFException e) {
        return new byte[0];
      }
      int second = in.readUnsignedByte();
      if ((first & 0x70) != 0 || (second & 0x80) == 0 || second == 0xff) {
        throw new IOException("a client's frame is masked, has no extension, and is short");
      }
      int length = second == 0xfe ? in.readUnsignedShort() : second & 0x7f;
      byte[] mask = in.readNBytes(4);
      byte[] payload = in.readNBytes(length);
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= mask[i % 4];
      }
      if ((first & 0x0f) == CLOSE) {
        return new byte[0];
      }
      if ((first & 0x0f) == BINARY) {
        if (payload[0] != 0) {
          throw new IOException("data has channel 0");
        }
        return Arrays.copyOfRange(payload, 1, payload.length);
      }
    }
  }

  /** That of a key: WebSocket and sessions have one. */
  static byte[] hash(String name, String text) {
    try {
      return MessageDigest.getInstance(name).digest(text.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
