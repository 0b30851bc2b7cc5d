package dev.dbg.answer;

import dev.dbg.authorize.Rights;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.tools.Tool;
import dev.dbg.wire.Reply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code dbg tools}: what the operator may run, as {@code sudo -l} tells it. */
public final class ToolList {
  private final Rights rights;
  private final Operator operator;
  private final Reply reply;

  public ToolList(Rights rights, Operator operator, Reply reply) {
    this.rights = rights;
    this.operator = operator;
    this.reply = reply;
  }

  public void print(boolean json) {
    Instant now = Instant.now();
    StringBuilder lines = new StringBuilder();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("TOOL", "NAMESPACES", "SHOWS"));
    for (Tool tool : rights.catalogue().all()) {
      Set<NamespaceKind> kinds = rights.policy().namespacesFor(operator, tool.name(), now);
      kinds.removeAll(tool.excludes());
      if (kinds.isEmpty()) {
        continue;
      }
      rows.add(List.of(tool.name(), NamespaceKind.words(kinds), tool.summary()));
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("tool", tool.name());
      facts.put("namespaces", kinds.stream().map(NamespaceKind::word).toList());
      facts.put("summary", tool.summary());
      lines.append(Json.of(facts)).append('\n');
    }
    reply.print(json ? lines.toString() : TextTable.of(rows));
    reply.exit(ExitStatus.OK);
  }
}
