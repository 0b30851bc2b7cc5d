package dev.dbg.wire;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Outcome;
import dev.dbg.model.RawText;
import dev.dbg.model.Shortened;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a client is told: text for its two streams, and once how to end. A client that is gone is
 * told nothing, and nobody minds; one that does not read within the connection's time is given up.
 *
 * <p>For one thread.
 */
public final class Reply {
  private static final int CHUNK = UnixConnection.LARGEST_PACKET - 64;

  private final UnixConnection connection;
  private boolean gone;
  private Pause pause =
      new Pause() {
        @Override
        public void begin() {}

        @Override
        public void end() {}
      };

  public Reply(UnixConnection connection) {
    this.connection = connection;
  }

  /** What is to happen around a time in which nothing can be done but to wait for the client. */
  public interface Pause {
    void begin();

    void end();
  }

  /** From here on this happens around each wait for the client. */
  public void pausingWith(Pause around) {
    pause = around;
  }

  /** What happens around a wait for the client, wherever it is waited for. */
  public Pause pause() {
    return pause;
  }

  /** Prints {@code text} on the client's standard output. */
  public void print(String text) {
    print(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Prints bytes as they are: a tool wrote them. */
  public void print(byte[] bytes) {
    for (int at = 0; at < bytes.length; at += CHUNK) {
      send(Packets.output(bytes, at, Math.min(CHUNK, bytes.length - at)));
    }
  }

  public void println(String line) {
    print(line + "\n");
  }

  /** Prints a message in the form that holds: {@code dbg: what failed: why: what to do}. */
  public void complain(String message) {
    byte[] bytes =
        ("dbg: " + RawText.printable(Shortened.message(message)) + "\n")
            .getBytes(StandardCharsets.UTF_8);
    send(Packets.error(bytes, 0, Math.min(CHUNK, bytes.length)));
  }

  /** Tells the client that its terminal is to pass every key on, as the tool has its own. */
  public void passKeysOn() {
    send(Packets.raw());
  }

  /**
   * Tells the client that its terminal is to be given what comes as it is: else it shows what a
   * terminal would obey.
   */
  public void showVerbatim() {
    send(Packets.verbatim());
  }

  /**
   * Hands the client its ends of the tool's streams, which stay the caller's to close.
   *
   * @param mask which streams: bit n for the tool's descriptor n
   * @param ends of these, in this order
   */
  public void handStreams(int mask, List<Fd> ends) {
    send(() -> connection.send(Packets.streams(mask), ends));
  }

  /** Ends the client with {@code status}. */
  public void exit(int status) {
    send(Packets.exited(status));
  }

  /** Ends the client as its tool ended. */
  public void end(Outcome outcome) {
    switch (outcome) {
      case Outcome.Exited exited -> exit(exited.status());
      case Outcome.Signalled signalled -> send(Packets.signalled(signalled.signal()));
      case Outcome.TimedOut timedOut -> exit(ExitStatus.TIMED_OUT);
      case Outcome.Unrecordable unrecordable -> exit(ExitStatus.DBG_FAILED);
      case Outcome.Unread unread -> exit(ExitStatus.DBG_FAILED);
      case Outcome.NotRun notRun -> exit(notRun.status());
    }
  }

  /** Whether the client is known to be gone: whatever is said, nobody hears it. */
  public boolean isUnheard() {
    return gone;
  }

  private void send(byte[] packet) {
    send(
        () -> {
          if (!connection.sendAtOnce(packet)) {
            pause.begin();
            try {
              connection.send(packet);
            } finally {
              pause.end();
            }
          }
        });
  }

  private interface Sending {
    void happen() throws KernelException;
  }

  private void send(Sending sending) {
    if (gone) {
      return;
    }
    try {
      sending.happen();
    } catch (KernelException e) {
      gone = true;
    }
  }
}
