package dev.dbg.review;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.read.ReadPermission;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.RepeatSuppressor;
import dev.dbg.grammar.Invocation;
import dev.dbg.model.Operator;
import dev.dbg.session.SessionRecords;
import dev.dbg.wire.Reply;
import java.util.Optional;

/**
 * One look at the log by one client. If it may show others' records it is a record itself, written
 * before anything is shown: who audits is audited.
 */
final class LogAccess {
  private final RepeatSuppressor log;
  private final Operator operator;
  private final SessionRecords records;
  private final Reply reply;
  private boolean told;

  LogAccess(RepeatSuppressor log, Operator operator, SessionRecords records, Reply reply) {
    this.log = log;
    this.operator = operator;
    this.records = records;
    this.reply = reply;
  }

  /**
   * Records it, once.
   *
   * @throws AuditFailure when that can't be done: then nothing may be shown. Root, who can read the
   *     files all the same, and has to when the log has failed, is only told.
   */
  void at(ReadableRecords readable) throws AuditFailure {
    if (told || !readable.areOthers()) {
      return;
    }
    told = true;
    try {
      log.append(records.read(readable.places()));
    } catch (AuditFailure e) {
      if (!operator.isRoot()) {
        throw e;
      }
      reply.complain("that you look is not on record: " + e.message());
    }
  }

  /** The same of certain records: who asks for their own alone looks at nobody's. */
  void at(ReadableRecords readable, Invocation.Wanted wanted) throws AuditFailure {
    Optional<String> whose = wanted.operator();
    boolean own =
        whose.isPresent()
            && (whose.get().equals(operator.user())
                || whose.get().equals(operator.uid().toString()));
    if (!own) {
      at(readable);
    }
  }

  /** What may be read but for the record of this look, which would be the newest of all. */
  ReadPermission without(ReadableRecords readable) {
    return new ReadPermission() {
      @Override
      public boolean alone(JsonNode record) {
        return readable.alone(record)
            && !RecordField.SESSION.text(record).equals(records.session());
      }

      @Override
      public boolean withBeginning(JsonNode end) {
        return readable.withBeginning(end);
      }
    };
  }
}
