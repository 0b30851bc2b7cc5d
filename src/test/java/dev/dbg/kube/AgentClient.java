package dev.dbg.kube;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client of the agent, as kubectl's port-forward brings it. */
final class AgentClient implements AutoCloseable {
  /** The key of the recorded session. */
  static final String KEY = "0".repeat(64);

  private final Socket socket;
  private final DataInputStream in;

  AgentClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(60_000);
    in = new DataInputStream(socket.getInputStream());
  }

  /** Asks for a session in the namespace shop, and returns the answer. */
  static AgentClient of(int port, String name) throws IOException {
    AgentClient client = new AgentClient(port);
    client.say("dbg-session 1 shop %s %s\n".formatted(name, KEY));
    return client;
  }

  void say(String text) throws IOException {
    say(text.getBytes(StandardCharsets.US_ASCII));
  }

  void say(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** The next line without its end; empty if there is none. */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int one = in.read(); one >= 0 && one != '\n'; one = in.read()) {
      line.append((char) one);
    }
    return line.toString();
  }

  /** The greeting of dbg, as dbg -H sends it. */
  void greet() throws IOException {
    say("dbg-H 1 3 test\n");
  }

  /** The packet of the next frame. */
  byte[] packet() throws IOException {
    int type = in.readUnsignedByte();
    byte[] packet = new byte[in.readInt()];
    in.readFully(packet);
    if (type != 1) {
      throw new IOException("a frame of type " + type);
    }
    return packet;
  }

  /** Whether the other side has closed the connection, and sent no more. */
  boolean isOver() throws IOException {
    return in.read() < 0;
  }

  void finishInput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
