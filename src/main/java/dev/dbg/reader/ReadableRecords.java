package dev.dbg.reader;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.read.ReadPermission;
import dev.dbg.audit.record.Json;
import dev.dbg.model.Image;
import dev.dbg.model.OperatorId;
import dev.dbg.model.OperatorId.ClusterUser;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.Target.Owner;
import dev.dbg.model.TargetName;
import dev.dbg.model.Uid;
import dev.dbg.policy.audit.AuditReach;
import dev.dbg.policy.audit.RecordSubject;
import java.util.List;
import java.util.Optional;

/**
 * Decides which records, and which of their members, an operator may read.
 *
 * @param leftOut a session whose records are not shown; empty for none
 */
record ReadableRecords(AuditReach reach, Optional<String> leftOut) implements ReadPermission {
  ReadableRecords(AuditReach reach) {
    this(reach, Optional.empty());
  }

  @Override
  public boolean alone(JsonNode record) {
    return mayRead(record)
        && leftOut.filter(session -> session.equals(SESSION.text(record))).isEmpty();
  }

  private boolean mayRead(JsonNode record) {
    return reach.isWhole()
        || author(record)
            .filter(author -> reach.includes(new RecordSubject(author, subject(record))))
            .isPresent();
  }

  @Override
  public boolean withBeginning(JsonNode end) {
    return author(end).filter(reach::dependsOnSubject).isPresent();
  }

  @Override
  public boolean isForAll() {
    return reach.isWhole();
  }

  @Override
  public Optional<String> onlyOperator() {
    return reach.isWide() ? Optional.empty() : Optional.of(reach.reader().toString());
  }

  /** Returns the record's operator; empty if there is none in the form that dbgd writes. */
  private static Optional<RecordSubject.RecordedOperator> author(JsonNode record) {
    try {
      Uid uid = new Uid(OPERATOR_UID.of(record).asLong(-1));
      List<String> groups = texts(OPERATOR_GROUPS.of(record));
      String user = OPERATOR_USER.text(record);
      OperatorId id =
          user.startsWith(ClusterUser.MARK)
              ? new ClusterUser(user.substring(ClusterUser.MARK.length()))
              : uid;
      return Optional.of(new RecordSubject.RecordedOperator(id, user, groups));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static RecordSubject.Subject subject(JsonNode record) {
    if (TARGET_ID.isIn(record)) {
      return new RecordSubject.Subject.Known(known(record));
    }
    try {
      return TARGET_ASKED.isIn(record)
          ? new RecordSubject.Subject.Typed(TargetName.parse(TARGET_ASKED.text(record)))
          : new RecordSubject.Subject.None();
    } catch (IllegalArgumentException e) {
      return new RecordSubject.Subject.None();
    }
  }

  /** Returns the recorded container, without labels and its owner's uid, which are not recorded. */
  static Target known(JsonNode record) {
    String image = TARGET_IMAGE.text(record);
    String id = TARGET_IMAGE_ID.text(record);
    return new Target(
        TARGET_RUNTIME.text(record),
        TARGET_OWNER.isIn(record)
            ? Optional.of(new Owner(Uid.ROOT, TARGET_OWNER.text(record)))
            : Optional.empty(),
        TARGET_ID.text(record),
        TARGET_NAME.text(record),
        TARGET_IMAGE_NAMES.isIn(record)
            ? Image.ofRecord(image, id, texts(TARGET_IMAGE_NAMES.of(record)))
            : new Image(image, id),
        Optional.empty(),
        "",
        TARGET_PID.of(record).asInt(),
        ResolvedBy.API);
  }

  /**
   * Returns the record as the operator may see it. Operators with access to all records get the
   * original line, which they can verify. Others get neither a refusal's detail, which may reveal
   * that a container exists, nor the hashes, from which the detail could be guessed.
   */
  String shown(AuditReader.Read record) {
    return reach.isWhole() ? record.line() + "\n" : Json.of(visible(record)) + "\n";
  }

  /** Returns the record with only the members that the operator may see. */
  JsonNode visible(AuditReader.Read record) {
    if (!reach.isWhole()) {
      ObjectNode fields = (ObjectNode) record.fields();
      fields.remove(List.of(PREV.word(), HASH.word()));
      if (DECISION.of(fields) instanceof ObjectNode decision) {
        decision.remove(DECISION_DETAIL.word());
      }
    }
    return record.fields();
  }

  /** Returns this permission without the records of one session. */
  ReadPermission without(String session) {
    return new ReadableRecords(reach, Optional.of(session));
  }
}
