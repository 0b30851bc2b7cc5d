package dev.dbg.wire;

/**
 * Text of any length that is sent to a client's standard output piece by piece as it comes, so that
 * it is never held as a whole. Closing it sends the rest. For one thread.
 */
public final class StreamedText implements AutoCloseable {
  private static final int PIECE = 1 << 14;

  private final Reply reply;
  private final StringBuilder piece = new StringBuilder();

  public StreamedText(Reply reply) {
    this.reply = reply;
  }

  public void add(String text) {
    piece.append(text);
    if (piece.length() >= PIECE) {
      close();
    }
  }

  @Override
  public void close() {
    reply.print(piece.toString());
    piece.setLength(0);
  }
}
