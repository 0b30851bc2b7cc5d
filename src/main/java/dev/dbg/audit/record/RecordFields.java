package dev.dbg.audit.record;

import dev.dbg.model.Operator;
import dev.dbg.model.Outcome;
import dev.dbg.model.Owner;
import dev.dbg.model.Target;
import dev.dbg.model.Uid;
import java.util.LinkedHashMap;
import java.util.Map;

/** The nouns as a record writes them, dbg-audit(5). */
public final class RecordFields {
  private RecordFields() {}

  public static Map<String, Object> operator(Operator operator) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("uid", operator.uid().number());
    facts.put("user", operator.user());
    facts.put("gid", operator.gid().number());
    facts.put("groups", operator.groupNames());
    facts.put("pid", operator.pid().number());
    operator.loginuid().map(Uid::number).ifPresent(uid -> facts.put("loginuid", uid));
    operator.auditSession().ifPresent(session -> facts.put("audit_session", session));
    operator.tty().ifPresent(tty -> facts.put("tty", tty));
    return facts;
  }

  public static Map<String, Object> target(Target target) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("runtime", target.runtime());
    facts.put("way", target.way().word());
    target.owner().map(Owner::user).ifPresent(user -> facts.put("owner", user));
    facts.put("id", target.id());
    facts.put("name", target.name());
    facts.put("image", target.image().name());
    if (!target.image().id().isEmpty()) {
      facts.put("image_id", target.image().id());
    }
    facts.put("pid", target.pid());
    return facts;
  }

  public static Map<String, Object> outcome(Outcome outcome) {
    Map<String, Object> facts = new LinkedHashMap<>();
    switch (outcome) {
      case Outcome.Exited exited -> facts.put("exit", exited.status());
      case Outcome.Signalled signalled -> facts.put("signal", signalled.signal());
      case Outcome.TimedOut timedOut -> facts.put("timeout", true);
      case Outcome.Unrecordable unrecordable -> facts.put("unrecordable", unrecordable.why());
      case Outcome.Unread unread -> facts.put("unread", unread.why());
      case Outcome.NotRun notRun -> {
        facts.put("not_run", notRun.status());
        facts.put("why", notRun.why());
      }
    }
    return facts;
  }
}
