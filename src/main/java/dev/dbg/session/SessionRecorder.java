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

/** Whether a session is recorded, and then its recording. For the session's thread. */
final class SessionRecorder implements AutoCloseable {
  private final Optional<Recording> recording;

  private SessionRecorder(Optional<Recording> recording) {
    this.recording = recording;
  }

  static SessionRecorder off() {
    return new SessionRecorder(Optional.empty());
  }

  /** One that cannot be made is a refusal: what is to be recorded does not run unrecorded. */
  static SessionRecorder on(Recordings recordings, String session, Uid uid) throws Refusal {
    try {
      return new SessionRecorder(Optional.of(recordings.begin(session, uid.number())));
    } catch (RecordingQuota.Full e) {
      throw Refusal.failed(
          ExitStatus.DBG_FAILED, "the session cannot be recorded, as it is to be: " + e.message());
    } catch (IOException e) {
      throw Refusal.failed(
          ExitStatus.DBG_FAILED,
          "the session cannot be recorded, as it is to be: %s: make room, or mend the directory of the audit log"
              .formatted(e.getMessage()));
    }
  }

  boolean isOn() {
    return recording.isPresent();
  }

  /** The intent, which says whether it is. */
  RecordBuilder noted(RecordBuilder intent) {
    return isOn() ? intent.with(RecordField.RECORDED, true) : intent;
  }

  Optional<RecordingFds> tape() {
    return recording.map(kept -> new RecordingFds(kept.output(), kept.timing(), kept.most()));
  }

  /** What the RESULT says of it; null where nothing was recorded. */
  @Nullable Map<String, Object> end() {
    return recording.map(Recording::end).orElse(null);
  }

  @Override
  public void close() {
    recording.ifPresent(Recording::close);
  }
}
