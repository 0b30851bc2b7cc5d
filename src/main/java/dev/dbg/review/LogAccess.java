package dev.dbg.review;

import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.RepeatSuppressor;
import dev.dbg.model.Operator;
import dev.dbg.policy.audit.AuditReach;
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

  /** The number under which it is recorded. */
  String session() {
    return records.session();
  }

  /**
   * Records the access, once; to one's own records alone it needs no record.
   *
   * @param whose the operator to whose records it is limited; empty if it is not
   * @throws AuditFailure if that fails; then nothing may be shown. Root, who can read the files
   *     anyway, only gets a message.
   */
  void to(AuditReach reach, Optional<String> whose) throws AuditFailure {
    boolean own =
        whose.isPresent()
            && (whose.get().equals(operator.user())
                || whose.get().equals(operator.uid().toString()));
    if (recorded || own || !reach.isWide()) {
      return;
    }
    recorded = true;
    try {
      log.append(records.read(reach.places()));
    } catch (AuditFailure e) {
      if (!operator.isRoot()) {
        throw e;
      }
      reply.complain("this access could not be recorded: " + e.message());
    }
  }
}
