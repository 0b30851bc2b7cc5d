package dev.dbg.answer;

import dev.dbg.authorize.Authorizer;
import dev.dbg.authorize.PermittedTools;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Refusal;
import dev.dbg.model.TargetName;
import dev.dbg.session.Messages;
import dev.dbg.wire.Reply;
import java.time.Instant;
import java.util.List;

/**
 * {@code dbg tools TARGET}: what each rule lets the operator run in a container. The container is
 * looked up, so rules about its labels, its image and the namespaces that it shares with the host
 * are evaluated.
 */
public record TargetTools(Authorizer<?> authorizer, Reply reply) {
  private static final Rows<PermittedTools.Use> ROWS =
      new Rows<PermittedTools.Use>()
          .column("TOOL", use -> use.tool().name())
          .column("NEEDS", use -> NamespaceKind.words(use.tool().requires()))
          .column("RULE", use -> use.grant().rule())
          .column("CONDITIONS", use -> String.join("; ", conditions(use)))
          .field("tool", use -> use.tool().name())
          .field("namespaces", use -> use.kinds().stream().map(NamespaceKind::word).toList())
          .field("needs", use -> use.tool().requires().stream().map(NamespaceKind::word).toList())
          .field("rule", use -> use.grant().rule())
          .field("conditions", TargetTools::conditions)
          .field("summary", use -> use.tool().summary());

  public void print(TargetName name, boolean json) throws Refusal {
    PermittedTools permitted = authorizer.tools(name, Instant.now());
    reply.print(ROWS.text(permitted.uses(), json));
    Messages.about(permitted.target()).ifPresent(reply::complain);
    if (!permitted.kept().isEmpty()) {
      reply.complain(
          "%s shares %s with the host; rules without host-namespaces = true do not permit it: see dbg-policy(5)"
              .formatted(permitted.target().name(), NamespaceKind.words(permitted.kept())));
    }
    reply.exit(ExitStatus.OK);
  }

  static List<String> conditions(PermittedTools.Use use) {
    return Conditions.of(use.grant().terms(), use.grant().bounds());
  }
}
