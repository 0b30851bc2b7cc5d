package dev.dbg.deliver.sink;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Tells its receiver seals alone, and of a batch the last one, which covers the others: of a log
 * that is new to it there are very many.
 */
abstract class SealSink implements Sink {
  private final Duration each;
  private boolean hasTold;

  /** The receiver takes a seal in the time {@code each}. */
  SealSink(Duration each) {
    this.each = each;
  }

  /** Tells it a record of {@link Event#SEAL}. */
  abstract void tell(JsonNode seal) throws IOException;

  @Override
  public final int send(List<AuditReader.Read> records) throws IOException {
    hasTold = false;
    for (AuditReader.Read record : records.reversed()) {
      if (Event.SEAL.is(record.fields())) {
        hasTold = true;
        tell(record.fields());
        break;
      }
    }
    return records.size();
  }

  /** A batch without a seal is followed by the next one at once. */
  @Override
  public final Duration pause() {
    return hasTold ? each : Sink.super.pause();
  }
}
