package dev.dbg.audit.record;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.model.ClusterSession;
import dev.dbg.model.Operator;
import dev.dbg.model.Outcome;
import dev.dbg.model.Refusal.Denial;
import dev.dbg.model.Target;
import dev.dbg.model.Target.Owner;
import dev.dbg.model.Uid;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A record before the log gives it its number, time and hash. Fields keep the order in which they
 * are added; values are strings, numbers, booleans, lists and maps of those.
 *
 * <p>For one thread until it is appended.
 */
public final class RecordBuilder {
  private static final JsonMapper JSON = new JsonMapper();

  private final Event event;
  private final Map<String, Object> fields = new LinkedHashMap<>();

  private RecordBuilder(Event event) {
    this.event = event;
  }

  public static RecordBuilder of(Event event) {
    return new RecordBuilder(event);
  }

  /** Adds a field, unless the value is null, an empty Optional or a missing node. */
  @SuppressWarnings("unchecked") // what the builder has put in itself
  public RecordBuilder with(RecordField field, @Nullable Object value) {
    Object plain = plain(value);
    if (field.outer().isEmpty() || plain == null) {
      return with(field.word(), plain);
    }
    ((Map<String, Object>) fields.computeIfAbsent(field.outer(), _ -> new LinkedHashMap<>()))
        .put(field.word(), plain);
    return this;
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case Optional<?> optional -> optional.orElse(null);
      case OptionalLong number -> number.isPresent() ? number.getAsLong() : null;
      case JsonNode node -> JSON.convertValue(node, Object.class);
      case null, default -> value;
    };
  }

  /** Adds a field that need not be in {@link RecordField}; for tests. */
  public RecordBuilder with(String name, @Nullable Object value) {
    if (value != null) {
      fields.put(name, value);
    }
    return this;
  }

  public RecordBuilder with(Operator operator) {
    return with(OPERATOR_UID, operator.uid().number())
        .with(OPERATOR_USER, operator.user())
        .with(OPERATOR_GID, operator.gid().number())
        .with(OPERATOR_GROUPS, operator.groupNames())
        .with(OPERATOR_PID, operator.pid().number())
        .with(OPERATOR_LOGINUID, operator.login().uid().map(Uid::number))
        .with(OPERATOR_AUDIT_SESSION, operator.login().auditSession())
        .with(OPERATOR_TTY, operator.login().tty())
        .with(OPERATOR_SOURCE, operator.login().source())
        .with(
            OPERATOR_KUBE_UID,
            operator.behalf().map(ClusterSession::uid).filter(uid -> !uid.isEmpty()))
        .with(OPERATOR_KUBE_NODE, operator.behalf().map(ClusterSession::node))
        .with(OPERATOR_KUBE_SESSION, operator.behalf().map(RecordBuilder::session))
        .with(OPERATOR_KUBE_SESSION_UID, operator.behalf().map(ClusterSession::sessionUid));
  }

  /** The same with the names of groups in this order: what does not fit is cut at the end. */
  public RecordBuilder with(Operator operator, List<String> groups) {
    return with(operator).with(OPERATOR_GROUPS, groups);
  }

  private static String session(ClusterSession object) {
    return object.namespace() + "/" + object.session();
  }

  public RecordBuilder with(Target target) {
    String imageId = target.image().id();
    return with(TARGET_RUNTIME, target.runtime())
        .with(TARGET_WAY, target.way().word())
        .with(TARGET_OWNER, target.owner().map(Owner::user))
        .with(TARGET_ID, target.id())
        .with(TARGET_NAME, target.name())
        .with(TARGET_IMAGE, target.image().name())
        .with(TARGET_IMAGE_NAMES, target.isImage() ? target.image().recorded() : null)
        .with(TARGET_IMAGE_ID, imageId.isEmpty() ? null : imageId)
        .with(TARGET_PID, target.pid())
        .with(TARGET_POD_UID, target.pod().map(Target.Pod::uid).filter(uid -> !uid.isEmpty()));
  }

  public RecordBuilder with(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Exited exited -> with(OUTCOME_EXIT, exited.status());
      case Outcome.Signalled signalled -> with(OUTCOME_SIGNAL, signalled.signal());
      case Outcome.TimedOut timedOut -> with(OUTCOME_TIMEOUT, true);
      case Outcome.Unrecordable unrecordable -> with(OUTCOME_UNRECORDABLE, unrecordable.why());
      case Outcome.Unread unread -> with(OUTCOME_UNREAD, unread.why());
      case Outcome.Failed failed -> with(OUTCOME_FAILED, failed.why());
      case Outcome.NotRun notRun ->
          with(OUTCOME_NOT_RUN, notRun.status()).with(OUTCOME_WHY, notRun.why());
    };
  }

  /**
   * A hash of all members except the session's number, the client's pid, and how long it waited.
   * Drafts that say the same about the same operator have the same hash.
   */
  public String kind() {
    Map<String, Object> same = Truncation.toFit(fields, false);
    same.remove(SESSION.word());
    same.remove(WAITED_US.word());
    if (same.get(OPERATOR.word()) instanceof Map<?, ?> operator) {
      Map<Object, Object> who = new LinkedHashMap<>(operator);
      who.remove(OPERATOR_PID.word());
      same.put(OPERATOR.word(), who);
    }
    return TruncationMark.sha256(event.word() + Json.of(same));
  }

  /** Why nothing is run; empty if the record is not about that. */
  public Optional<Denial> denial() {
    return switch (event) {
      case DENIED ->
          fields.get(DECISION.word()) instanceof Map<?, ?> decision
              ? Denial.of(String.valueOf(decision.get(DECISION_KIND.word())))
              : Optional.empty();
      case MISTYPED -> Optional.of(Denial.MISTYPED);
      case MALFORMED -> Optional.of(Denial.MALFORMED);
      default -> Optional.empty();
    };
  }

  public Event event() {
    return event;
  }

  Map<String, Object> fields() {
    return fields;
  }
}
