package dev.dbg.deliver;

import dev.dbg.http.ServerAddress;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** Receives syslog over TCP on this host, with octet counting. */
final class SyslogServer implements Closeable {
  /** How the server treats a connection. */
  enum ParsingStyle {
    READS,
    /** Accepts it and never reads a byte. */
    NEVER_READS,
    /** Reads three messages, and drops the connection with the data in transit. */
    DROPS_AFTER_THREE
  }

  final List<String> messages = new CopyOnWriteArrayList<>();
  private final ServerSocket socket;
  private final ParsingStyle manner;
  private final List<Socket> clients = new CopyOnWriteArrayList<>();

  /**
   * @param port 0 for any port
   */
  SyslogServer(int port, ParsingStyle manner) throws IOException {
    this.manner = manner;
    socket = bound(port);
    Thread _ = Thread.ofPlatform().daemon().start(this::serve);
  }

  /** A connecting client can briefly occupy a port that another server has just left. */
  private static ServerSocket bound(int port) throws IOException {
    for (int tries = 0; ; tries++) {
      ServerSocket socket = new ServerSocket();
      try {
        socket.setReuseAddress(true);
        // A small buffer, so that a sender soon has to wait.
        socket.setReceiveBufferSize(4096);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
      } catch (BindException e) {
        socket.close();
        if (tries == 1000) {
          throw e;
        }
        LockSupport.parkNanos(20_000_000);
      }
    }
  }

  ServerAddress address() {
    return new ServerAddress(socket.getInetAddress().getHostAddress(), socket.getLocalPort());
  }

  int connections() {
    return clients.size();
  }

  private void serve() {
    try {
      while (true) {
        Socket client = socket.accept();
        clients.add(client);
        if (manner != ParsingStyle.NEVER_READS) {
          read(client);
          client.close();
        }
      }
    } catch (IOException e) {
      // The socket was closed.
    }
  }

  private void read(Socket client) {
    try {
      DataInputStream in = new DataInputStream(client.getInputStream());
      for (int i = 0; manner == ParsingStyle.READS || i < 3; i++) {
        messages.add(message(in));
      }
      client.setSoLinger(true, 0);
    } catch (IOException e) {
      // The sender has ended.
    }
  }

  private static String message(InputStream in) throws IOException {
    int length = 0;
    int digit = in.read();
    while (digit != ' ') {
      if (digit < '0' || digit > '9') {
        throw new EOFException();
      }
      length = 10 * length + digit - '0';
      digit = in.read();
    }
    byte[] message = in.readNBytes(length);
    if (message.length < length) {
      throw new EOFException();
    }
    return new String(message, StandardCharsets.UTF_8);
  }

  /** Returns the numbers of the received records, in order. */
  List<Long> numbers() {
    return numbers(messages);
  }

  static List<Long> numbers(List<String> messages) {
    List<Long> numbers = new ArrayList<>();
    for (String message : messages) {
      numbers.add(Long.parseLong(message.replaceAll("(?s).* seq=\"(\\d+)\".*", "$1")));
    }
    return numbers;
  }

  /** Resets the open connections and releases the port. */
  void goes() throws IOException {
    socket.close();
    for (Socket client : clients) {
      try {
        client.setSoLinger(true, 0);
      } catch (SocketException e) {
        // It was closed, perhaps just now by who reads it.
      }
      client.close();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket client : clients) {
      client.close();
    }
  }
}
