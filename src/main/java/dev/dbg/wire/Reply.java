package dev.dbg.wire;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Outcome;
import dev.dbg.model.QuotedText;
import dev.dbg.model.RawText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Sends the answer to a client: text for its two streams, and finally how to end. A client that
 * does not read within the connection's time limit is treated as gone. Nothing is sent to a client
 * that is gone, and no error is reported.
 *
 * <p>For one thread.
 */
public final class Reply {
  private static final int CHUNK = UnixConnection.LARGEST_PACKET - 64;

  /** While a client reads a list that has users' containers, only one other can have one. */
  public static final Duration LIST_READ_WITHIN = Duration.ofSeconds(4);

  /** Of a wait for a client that has read nothing for too long. */
  private static final Duration SHORTEST = Duration.ofMillis(1);

  private final UnixConnection connection;
  private boolean gone;
  private Optional<Duration> patience = Optional.empty();
  private Duration whole = Duration.ZERO;

  /** How many bytes are to be sent before the client has the whole time again. */
  private long each = Long.MAX_VALUE;

  private long left = Long.MAX_VALUE;

  public Reply(UnixConnection connection) {
    this.connection = connection;
  }

  /** From now on, waits for the client's reading no longer than this, all waits together. */
  public void waitAtMost(Duration whole) {
    waitAtMost(whole, Long.MAX_VALUE);
  }

  /**
   * The same for each so many bytes: a long answer may take longer, but not as long as it likes.
   */
  public void waitAtMost(Duration whole, long bytes) {
    this.whole = whole;
    patience = Optional.of(whole);
    each = bytes;
    left = bytes;
  }

  public void print(String text) {
    print(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Prints on the client's standard output. */
  public void print(byte[] bytes) {
    for (int at = 0; at < bytes.length; at += CHUNK) {
      send(Packets.text(Packets.OUTPUT, bytes, at, Math.min(CHUNK, bytes.length - at)));
    }
  }

  public void println(String line) {
    print(line + "\n");
  }

  /** Prints {@code dbg: what failed: why: what to do} on the client's standard error. */
  public void complain(String message) {
    byte[] bytes =
        ("dbg: " + RawText.printable(QuotedText.message(message)) + "\n")
            .getBytes(StandardCharsets.UTF_8);
    send(Packets.text(Packets.ERROR, bytes, 0, Math.min(CHUNK, bytes.length)));
  }

  /** Makes the client put its terminal into raw mode, because the tool has its own terminal. */
  public void passKeysOn() {
    send(Packets.terminal(Packets.RAW));
  }

  /** Makes the client write further output to its terminal without escapes. */
  public void showVerbatim() {
    send(Packets.terminal(Packets.VERBATIM));
  }

  /**
   * Makes the client let pass to its terminal what moves the cursor and erases, of the following
   * output, but nothing that would last.
   */
  public void showDrawing() {
    send(Packets.terminal(Packets.DRAWING));
  }

  /**
   * Sends the client its ends of the tool's streams; the caller still has to close them.
   *
   * @param mask which streams: bit n for the tool's descriptor n
   * @param ends one for each bit, in this order
   */
  public void handStreams(int mask, List<Fd> ends) {
    send(() -> connection.send(Packets.streams(mask), ends));
  }

  /**
   * Makes the client a shell of the operator's, which ends the connection.
   *
   * @param script what the shell reads from descriptor 9 at its start
   * @param command the shell and its arguments
   */
  public void becomeShell(String script, List<String> command) {
    send(Packets.shell(script, command));
  }

  /** Complains, and ends the client as dbg's own failure. */
  public void fail(String message) {
    complain(message);
    exit(ExitStatus.DBG_FAILED);
  }

  public void exit(int status) {
    send(Packets.last(Packets.EXITED, status));
  }

  /** Ends the client as its tool ended. */
  public void end(Outcome outcome) {
    switch (outcome) {
      case Outcome.Exited exited -> exit(exited.status());
      case Outcome.Signalled signalled -> send(Packets.last(Packets.SIGNALLED, signalled.signal()));
      case Outcome.TimedOut timedOut -> exit(ExitStatus.TIMED_OUT);
      case Outcome.Unrecordable _, Outcome.Unread _, Outcome.Failed _ ->
          exit(ExitStatus.DBG_FAILED);
      case Outcome.NotRun notRun -> exit(notRun.status());
    }
  }

  /** Whether the client is known to be gone. */
  public boolean isUnheard() {
    return gone;
  }

  private void send(byte[] packet) {
    send(
        () -> {
          if (!connection.sendAtOnce(packet)) {
            sendWithPatience(packet);
          }
          left -= packet.length;
          if (left <= 0) {
            waitAtMost(whole, each);
          }
        });
  }

  private void sendWithPatience(byte[] packet) throws KernelException {
    if (patience.isEmpty()) {
      connection.send(packet);
      return;
    }
    long begin = System.nanoTime();
    connection.sendWithin(patience.get().compareTo(SHORTEST) > 0 ? patience.get() : SHORTEST);
    connection.send(packet);
    patience = patience.map(left -> left.minusNanos(System.nanoTime() - begin));
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
