package dev.dbg.audit.recording;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.file.NewFile;
import dev.dbg.model.ByteSize;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * The recording of a session that is going on. dbg-enter writes it, from outside of every namespace
 * of the container's; here its files are made, and put on the disk at its end.
 *
 * <p>For the session's thread, which closes it.
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

  /** Makes the files, under the names of what goes on. */
  static Recording begin(RecordingFiles files, ByteSize most, long uid, RecordingQuota budget)
      throws IOException {
    RecordingFiles going = files.goingOn();
    if (files.output().toFile().exists()) {
      throw new FileAlreadyExistsException(files.output().toString());
    }
    Fd output = NewFile.create(going.output());
    boolean whole = false;
    try {
      // scriptreplay(1) passes over the first line.
      Files.writeString(
          going.output(), RecordingQuota.heading(files.session(), uid), StandardOpenOption.APPEND);
      Fd timing = NewFile.create(going.timing());
      whole = true;
      return new Recording(files, most, budget, output, timing);
    } finally {
      if (!whole) {
        output.close();
        going.discard();
      }
    }
  }

  /** Where what the tool writes goes. */
  public Fd output() {
    return output;
  }

  /** Where it is noted when. */
  public Fd timing() {
    return timing;
  }

  /** How large either may become. */
  public ByteSize most() {
    return most;
  }

  /** After the tool's end: what its RESULT says of it, once all of it is on the disk. */
  public Map<String, Object> end() {
    ended = true;
    return files.conclude();
  }

  /** Nothing stays of a session that has not begun: no record would ever take its files along. */
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
