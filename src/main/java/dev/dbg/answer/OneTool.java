package dev.dbg.answer;

import dev.dbg.model.ExitStatus;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.RawText;
import dev.dbg.tools.Capability;
import dev.dbg.tools.Tool;
import dev.dbg.tools.ToolHelp;
import dev.dbg.tools.argument.GrammarText;
import dev.dbg.wire.Reply;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code dbg tools TOOL}: what a tool shows and needs, examples, and the arguments that its entry
 * accepts.
 *
 * @param conditions the conditions of the rules that permit it; a rule may restrict arguments
 */
public record OneTool(Tool tool, List<String> conditions, Reply reply) {
  public void print(boolean json) {
    reply.print(json ? Json.of(fields()) + "\n" : text());
    reply.exit(ExitStatus.OK);
  }

  private Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("tool", tool.name());
    fields.put("summary", tool.summary());
    fields.put("needs", words(tool.requires()));
    fields.put("also", words(tool.also()));
    fields.put("excludes", words(tool.excludes()));
    fields.put("caps", tool.capabilities().stream().map(Capability::name).sorted().toList());
    fields.put("why", tool.why());
    fields.put("examples", tool.examples());
    fields.put("conditions", conditions);
    fields.put("accepts", GrammarText.lines(tool.arguments()));
    return fields;
  }

  private static List<String> words(Set<NamespaceKind> kinds) {
    return kinds.stream().sorted().map(NamespaceKind::word).toList();
  }

  private String text() {
    StringBuilder text = new StringBuilder(ToolHelp.of(tool));
    for (String condition : conditions) {
      GrammarText.wrapped(List.of(("condition: " + condition).split(" ")), "")
          .forEach(line -> text.append(RawText.printable(line)).append('\n'));
    }
    return text.toString();
  }
}
