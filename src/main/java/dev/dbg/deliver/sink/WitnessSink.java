package dev.dbg.deliver.sink;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordField;
import dev.dbg.model.RawText;
import dev.dbg.model.Shortened;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Has another host's dbgd note seals, by this host's client and ssh. A seal is delivered when that
 * dbgd has it on record; one may be there twice. The ssh that talks with the other host does not
 * have the capability with which this process reads the log: dbg gives it up.
 */
public final class WitnessSink implements Sink {
  private static final int SECONDS = 30;

  private final Path client;
  private final String host;

  /** In the last batch. */
  private boolean isAsked;

  /** {@code client} is the installed dbg. */
  public WitnessSink(Path client, String host) {
    this.client = client;
    this.host = host;
  }

  @Override
  public int send(List<AuditReader.Read> records) throws IOException {
    isAsked = false;
    // The last one covers the others, of which a log that is new to the witness has very many.
    for (int at = records.size() - 1; at >= 0; at--) {
      JsonNode record = records.get(at).fields();
      if (Event.SEAL.is(record)) {
        isAsked = true;
        tell(record);
        break;
      }
    }
    return records.size();
  }

  private void tell(JsonNode seal) throws IOException {
    Process dbg =
        new ProcessBuilder(
                client.toString(),
                "-H",
                host,
                "witness",
                RecordField.SEAL_EPOCH.text(seal),
                RecordField.SEAL_SEQ.text(seal) + ":" + RecordField.SEAL_HASH.text(seal))
            .redirectErrorStream(true)
            .start();
    try {
      dbg.getOutputStream().close();
      if (!dbg.waitFor(SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("%s: no answer within %d s".formatted(host, SECONDS));
      }
      // Not to the end: a connection that ssh keeps for later may have this pipe too.
      byte[] said = dbg.getInputStream().readNBytes(dbg.getInputStream().available());
      if (dbg.exitValue() != 0) {
        String why =
            new String(said, StandardCharsets.UTF_8)
                .lines()
                .map(line -> RawText.printable(line.strip()))
                .collect(Collectors.joining("; "));
        throw new IOException("%s: %s".formatted(host, Shortened.message(why)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      dbg.descendants().forEach(ProcessHandle::destroyForcibly);
      Process _ = dbg.destroyForcibly();
    }
  }

  /** The witness takes one in ten seconds; batches without a seal wait for nothing. */
  @Override
  public Duration pause() {
    return isAsked ? Duration.ofMillis(10_100) : Sink.super.pause();
  }

  @Override
  public void close() {}
}
