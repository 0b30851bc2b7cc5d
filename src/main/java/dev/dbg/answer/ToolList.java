package dev.dbg.answer;

import dev.dbg.authorize.Rights;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.tools.Tool;
import dev.dbg.wire.Reply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code dbg tools}: what the operator may run, as {@code sudo -l} lists it. */
public record ToolList(Rights rights, Operator operator, Reply reply) {
  private record ListedTool(Tool tool, Set<NamespaceKind> kinds) {}

  private static final Rows<ListedTool> ROWS =
      new Rows<ListedTool>()
          .column("TOOL", permitted -> permitted.tool().name())
          .column("NEEDS", permitted -> NamespaceKind.words(permitted.tool().requires()))
          .column("SHOWS", permitted -> permitted.tool().summary())
          .field("tool", permitted -> permitted.tool().name())
          .field(
              "namespaces",
              permitted -> permitted.kinds().stream().map(NamespaceKind::word).toList())
          .field(
              "needs",
              permitted -> permitted.tool().requires().stream().map(NamespaceKind::word).toList())
          .field("group", permitted -> permitted.tool().group())
          .field("summary", permitted -> permitted.tool().summary());

  public void print(boolean json) {
    Instant now = Instant.now();
    List<ListedTool> all = new ArrayList<>();
    for (Tool tool : rights.catalogue().all()) {
      Set<NamespaceKind> kinds = rights.policy().namespacesFor(operator, tool.name(), now);
      kinds.removeAll(tool.excludes());
      if (!kinds.isEmpty()) {
        all.add(new ListedTool(tool, kinds));
      }
    }
    reply.print(ROWS.text(all, json));
    NoRule.tell(rights.policy(), operator, now, reply);
    reply.exit(ExitStatus.OK);
  }
}
