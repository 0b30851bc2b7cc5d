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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code dbg tools TARGET}: what each rule lets the operator run in a container, which is looked
 * for, so that its labels, its image and the namespaces that it shares with the host count.
 */
public final class TargetTools {
  private final Authorizer<?> authorizer;
  private final Reply reply;

  public TargetTools(Authorizer<?> authorizer, Reply reply) {
    this.authorizer = authorizer;
    this.reply = reply;
  }

  public void print(TargetName name, boolean json) throws Refusal {
    PermittedTools permitted = authorizer.tools(name, Instant.now());
    reply.print(json ? json(permitted.uses()) : table(permitted.uses()));
    Messages.about(permitted.target()).ifPresent(reply::complain);
    if (!permitted.kept().isEmpty()) {
      reply.complain(
          "%s shares %s with the host, which not every rule permits: see host-namespaces in dbg-policy(5)"
              .formatted(permitted.target().name(), NamespaceKind.words(permitted.kept())));
    }
    reply.exit(ExitStatus.OK);
  }

  private static String table(List<PermittedTools.Use> uses) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("TOOL", "NAMESPACES", "RULE", "PROVIDED THAT"));
    for (PermittedTools.Use use : uses) {
      rows.add(
          List.of(
              use.tool().name(),
              NamespaceKind.words(use.kinds()),
              use.grant().rule(),
              String.join("; ", conditions(use))));
    }
    return TextTable.of(rows);
  }

  private static String json(List<PermittedTools.Use> uses) {
    StringBuilder lines = new StringBuilder();
    for (PermittedTools.Use use : uses) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("tool", use.tool().name());
      facts.put("namespaces", use.kinds().stream().map(NamespaceKind::word).toList());
      facts.put("rule", use.grant().rule());
      facts.put("conditions", conditions(use));
      facts.put("summary", use.tool().summary());
      lines.append(Json.of(facts)).append('\n');
    }
    return lines.toString();
  }

  private static List<String> conditions(PermittedTools.Use use) {
    return Conditions.of(use.grant().terms(), use.grant().bounds());
  }
}
