package dev.dbg.deliver.sink;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.record.RecordField;
import dev.dbg.model.QuotedText;
import dev.dbg.model.RawText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Has another host's dbgd note seals, by this host's client and ssh. A seal is delivered when that
 * dbgd has it on record; one may be there twice. The dbg that is started gives up the capability
 * with which this process reads the log, before it talks with the other host.
 */
public final class WitnessSink extends SealSink {
  private final Path client;
  private final String host;

  private final Duration patience;

  /**
   * @param client the installed dbg
   * @param patience how long it may take
   */
  public WitnessSink(Path client, String host, Duration patience) {
    // dbgd there takes one in ten seconds.
    super(Duration.ofMillis(10_100));
    this.patience = patience;
    this.client = client;
    this.host = host;
  }

  @Override
  void tell(JsonNode seal) throws IOException {
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
      if (!dbg.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("%s: no answer within %d s".formatted(host, patience.toSeconds()));
      }
      InputStream out = dbg.getInputStream();
      byte[] said;
      // Under the lock under which Java puts what is left in the pipe in the pipe's place.
      synchronized (out) {
        // Not to the end: a connection that ssh keeps for later may have this pipe too.
        said = out.readNBytes(out.available());
      }
      if (dbg.exitValue() != 0) {
        String why =
            new String(said, StandardCharsets.UTF_8)
                .lines()
                .map(line -> RawText.printable(line.strip()))
                .collect(Collectors.joining("; "));
        throw new IOException("%s: %s".formatted(host, QuotedText.message(why)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      dbg.descendants().forEach(ProcessHandle::destroyForcibly);
      Process _ = dbg.destroyForcibly();
    }
  }
}
