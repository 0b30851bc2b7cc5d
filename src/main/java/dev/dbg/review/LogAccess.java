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
 * The access of one client to the log. If it may show records of others, it is recorded before
 * anything is shown.
 */
final class LogAccess {
  private final RepeatSuppressor log;
  private final Operator operator;
  private final SessionRecords records;
  private final Reply reply;
  private boolean recorded;

  LogAccess(RepeatSuppressor log, Operator operator, SessionRecords records, Reply reply) {
    this.log = log;
    this.operator = operator;
    this.records = records;
    this.reply = reply;
  }

  /**
   * Records the access, once.
   *
   * @throws AuditFailure if that fails; then nothing may be shown. Root, who can read the files
   *     anyway, only gets a message.
   */
  void at(ReadableRecords readable) throws AuditFailure {
    if (recorded || !readable.areOthers()) {
      return;
    }
    recorded = true;
    try {
      log.append(records.read(readable.places()));
    } catch (AuditFailure e) {
      if (!operator.isRoot()) {
        throw e;
      }
      reply.complain("this access could not be recorded: " + e.message());
    }
  }

  /** The same for selected records; reading one's own needs no record. */
  void at(ReadableRecords readable, Invocation.RecordFilter wanted) throws AuditFailure {
    Optional<String> whose = wanted.operator();
    boolean own =
        whose.isPresent()
            && (whose.get().equals(operator.user())
                || whose.get().equals(operator.uid().toString()));
    if (!own) {
      at(readable);
    }
  }

  /** The same permission, but excluding the record of this access, which would be the newest. */
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

      @Override
      public boolean isForAll() {
        return readable.isForAll();
      }

      @Override
      public Optional<String> onlyOperator() {
        return readable.onlyOperator();
      }
    };
  }
}
