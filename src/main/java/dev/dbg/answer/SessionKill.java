package dev.dbg.answer;

import dev.dbg.audit.record.Json;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.grammar.Invocation;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Refusal;
import dev.dbg.session.ClientRequest;
import dev.dbg.session.EndOrder;
import dev.dbg.session.RunningSession;
import dev.dbg.session.Services;
import dev.dbg.session.Session;
import dev.dbg.session.SessionRecords;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code dbg kill}: ends a session of the operator; root may end every session. */
public record SessionKill(Services services, ClientRequest client) {
  /**
   * A tool gets SIGTERM, two seconds later SIGKILL, and dbgd waits two more seconds for its end.
   */
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(6);

  /** The tool gets the signal only after the kill is recorded. */
  public void give(Invocation.Kill asked) throws AuditFailure {
    SessionRecords records = client.records();
    try {
      RunningSession session = named(asked.session());
      services.audit().append(records.kill(session.facts()));
      session.end(new EndOrder.Killed(client.operator(), records.session()));
      tell(session, session.endsWithin(ENDS_WITHIN), asked.json());
      client.reply().exit(ExitStatus.OK);
    } catch (Refusal refusal) {
      services.repeats().append(records.denied(refusal));
      Session.refuse(client.reply(), refusal);
    }
  }

  /** Another operator's session counts as missing: nobody learns of others' sessions. */
  private RunningSession named(String beginning) throws Refusal {
    List<RunningSession> found =
        services.running().of(client.operator()).stream()
            .filter(session -> session.facts().session().startsWith(beginning))
            .toList();
    if (found.size() == 1) {
      return found.getFirst();
    }
    throw Refusal.failed(
        found.isEmpty()
            ? "no running session '%s' that you may end: dbg sessions lists them"
                .formatted(beginning)
            : "%d sessions begin with '%s': type more of the number, as in dbg sessions"
                .formatted(found.size(), beginning));
  }

  private void tell(RunningSession session, boolean isOver, boolean json) {
    RunningSession.Facts killed = session.facts();
    if (json) {
      Map<String, Object> said = new LinkedHashMap<>();
      said.put("session", killed.session());
      said.put("operator", killed.operator().user());
      said.put("ended", isOver);
      client.reply().println(Json.of(said));
      return;
    }
    String whose =
        killed.operator().id().equals(client.operator().id())
            ? ""
            : " of " + killed.operator().user();
    client
        .reply()
        .println(
            "session %s%s, %s in %s, %s"
                .formatted(
                    killed.session(),
                    whose,
                    killed.tool(),
                    killed.container(),
                    isOver ? "has ended" : "got a signal and is still running"));
  }
}
