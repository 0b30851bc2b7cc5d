package dev.dbg.reader;

import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.Invocation;
import dev.dbg.grammar.UsageMistake;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.socket.Channel;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.QuotedText;
import dev.dbg.model.RawText;
import dev.dbg.review.ReviewOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The main class of the process that reads the log for operators. It gets {@link ReviewOrder}s. */
public final class LogReader {
  private static final Logger LOG = LoggerFactory.getLogger(LogReader.class);

  /** The timeout for a slow client, {@link LogAnswer}. */
  private static final Duration READ_WITHIN = Duration.ofSeconds(10);

  private final Path directory;
  private final Grammar grammar = new Grammar();

  private LogReader(Path directory) {
    this.directory = directory;
  }

  /** Answers requests of dbgd from the log in the directory that the first word names. */
  public static void main(String[] words) throws IOException {
    Questions.fromDbgd(answeringFrom(Path.of(words[0])));
  }

  /** Returns a function that carries out orders. */
  public static Consumer<Channel.Message> answeringFrom(Path directory) {
    return new LogReader(directory)::carryOut;
  }

  private void carryOut(Channel.Message order) {
    List<Fd> descriptors = order.descriptors();
    try (UnixConnection client = new UnixConnection(descriptors.getFirst());
        Channel dbgd = new Channel(descriptors.getLast())) {
      client.sendWithin(READ_WITHIN);
      ReviewOrder parsed = ReviewOrder.parse(order.bytes());
      Invocation asked = grammar.parse(parsed.request().request().arguments());
      new LogAnswer(directory, parsed, client, new DbgdChannel(dbgd), READ_WITHIN)
          .give((Invocation.Audit) asked);
      dbgd.send(new byte[] {ReviewOrder.DONE}, List.of());
    } catch (IOException | UsageMistake | RuntimeException e) {
      // dbgd tells the client that this answer failed.
      LOG.error(
          "an answer from the log failed: {}", RawText.printable(QuotedText.of(e.toString())));
    }
  }

  /** The channel to dbgd. */
  record DbgdChannel(Channel channel) {
    /** Tells dbgd that little is read from now on. */
    void rest() throws IOException {
      channel.send(new byte[] {ReviewOrder.REST}, List.of());
    }

    /** Returns the present permissions; empty if nothing may be shown any more. */
    Optional<ReviewOrder.ReviewState> now() throws IOException {
      channel.send(new byte[] {ReviewOrder.ASK}, List.of());
      Optional<byte[]> answer = channel.receive(Channel.LONGEST);
      return answer.isEmpty()
          ? Optional.empty()
          : Optional.of(ReviewOrder.ReviewState.parse(answer.get()));
    }
  }
}
