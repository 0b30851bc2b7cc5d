package dev.dbg.serve;

import dev.dbg.audit.write.AuditFailure;
import dev.dbg.grammar.Invocation;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Refusal;
import dev.dbg.session.ClientRequest;
import dev.dbg.session.Session;

/**
 * {@code dbg witness}: notes in this host's log how far another's has come. Nothing is compared
 * here: {@code dbgd verify --heads} compares all that was noted.
 */
record WitnessAnswer(DaemonServices agent, ClientRequest client) {
  void give(Invocation.NoteSeal said) throws AuditFailure {
    String user = client.operator().user();
    try {
      String host =
          agent
              .witnessed()
              .host(user)
              .orElseThrow(
                  () ->
                      Refusal.denied(
                          "no [[audit.witnessed]] in dbgd.toml lets %s speak for the log of a host"
                              .formatted(user)));
      if (agent.witnessed().isDue(host)) {
        agent.services().audit().append(client.records().witnessed(host, said));
        client.reply().exit(ExitStatus.OK);
      } else {
        client
            .reply()
            .fail(
                "another seal of %s came less than %d s ago: try again"
                    .formatted(host, WitnessedHosts.EACH.toSeconds()));
      }
    } catch (Refusal refusal) {
      agent.services().repeats().append(client.records().denied(refusal));
      Session.refuse(client.reply(), refusal);
    }
  }
}
