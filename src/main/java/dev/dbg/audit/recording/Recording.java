package dev.dbg.audit.recording;

import dev.dbg.kernel.Fd;
import dev.dbg.model.OperatorId;
import dev.dbg.model.amount.ByteSize;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * The recording of a running session. dbg-enter writes the files, outside of the container's
 * namespaces; this class creates them, and syncs them at the end. For the session's thread.
 */
public final class Recording implements AutoCloseable {
  private final RecordingFiles files;
  private final ByteSize most;
  private final RecordingQuota budget;
  private final Fd output;
  private final Fd timing;
  private boolean ended;

  private Recording(
      RecordingFiles files, ByteSize most, RecordingQuota budget, Fd output, Fd timing) {
    this.files = files;
    this.most = most;
    this.budget = budget;
    this.output = output;
    this.timing = timing;
  }

  static Recording begin(
      RecordingFiles files, ByteSize most, OperatorId whose, RecordingQuota budget)
      throws IOException {
    RecordingFiles going = files.goingOn();
    if (files.output().toFile().exists()) {
      throw new FileAlreadyExistsException(files.output().toString());
    }
    Fd output = Fd.create(going.output());
    try {
      // scriptreplay(1) skips the first line.
      Files.writeString(
          going.output(),
          RecordingQuota.heading(files.session(), whose.token()),
          StandardOpenOption.APPEND);
      return new Recording(files, most, budget, output, Fd.create(going.timing()));
    } catch (IOException | RuntimeException e) {
      output.close();
      going.discard();
      throw e;
    }
  }

  /** For the tool's output. */
  public Fd output() {
    return output;
  }

  /** For the times of the output. */
  public Fd timing() {
    return timing;
  }

  /** The most bytes of either file. */
  public ByteSize most() {
    return most;
  }

  /** After the tool's end: syncs the files and returns what the RESULT says of them. */
  public Map<String, Object> end() {
    ended = true;
    return files.conclude();
  }

  /** Discards the files of a session that has not begun: no record would ever remove them. */
  @Override
  public void close() {
    output.close();
    timing.close();
    if (!ended) {
      files.goingOn().discard();
    }
    budget.settle(files);
  }
}
