package dev.dbg.session;

import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.recording.Recording;
import dev.dbg.audit.recording.RecordingQuota;
import dev.dbg.audit.recording.Recordings;
import dev.dbg.enter.RecordingFds;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Refusal;
import dev.dbg.model.Uid;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A session's recording, if it is recorded. For the session's thread. */
record SessionRecorder(Optional<Recording> recording) implements AutoCloseable {
  static SessionRecorder off() {
    return new SessionRecorder(Optional.empty());
  }

  /** Begins a recording. A session that must be recorded and cannot be is refused. */
  static SessionRecorder on(Recordings recordings, String session, Uid uid) throws Refusal {
    try {
      return new SessionRecorder(Optional.of(recordings.begin(session, uid.number())));
    } catch (RecordingQuota.Full e) {
      throw impossible(e.message());
    } catch (IOException e) {
      throw impossible(e.getMessage() + ": free disk space, or check the audit log's directory");
    }
  }

  private static Refusal impossible(String why) {
    return Refusal.failed(ExitStatus.DBG_FAILED, "the session cannot be recorded: " + why);
  }

  boolean isOn() {
    return recording.isPresent();
  }

  /** The INTENT, marked if the session is recorded. */
  RecordBuilder noted(RecordBuilder intent) {
    return isOn() ? intent.with(RecordField.RECORDED, true) : intent;
  }

  Optional<RecordingFds> descriptors() {
    return recording.map(kept -> new RecordingFds(kept.output(), kept.timing(), kept.most()));
  }

  /** Ends the recording: the RESULT's field, null if nothing was recorded. */
  @Nullable Map<String, Object> end() {
    return recording.map(Recording::end).orElse(null);
  }

  @Override
  public void close() {
    recording.ifPresent(Recording::close);
  }
}
