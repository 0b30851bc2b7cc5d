package dev.dbg.answer;

import dev.dbg.model.ExitStatus;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.RawText;
import dev.dbg.tools.Capability;
import dev.dbg.tools.Tool;
import dev.dbg.tools.argument.GrammarText;
import dev.dbg.wire.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code dbg tools TOOL}: what a tool shows and needs, examples, and the arguments that its entry
 * accepts.
 *
 * @param conditions the conditions of the rules that permit it; a rule may restrict arguments
 */
public record ToolHelp(Tool tool, List<String> conditions, Reply reply) {
  private static final String INDENT = "  ";

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
    List<String> lines = new ArrayList<>();
    lines.addAll(paragraph(tool.name() + " - " + tool.summary(), ""));
    if (!tool.examples().isEmpty()) {
      lines.add("");
      tool.examples().forEach(example -> lines.add(INDENT + example));
    }
    lines.add("");
    lines.add("needs    " + kinds(tool.requires(), "no namespace"));
    if (!tool.also().isEmpty()) {
      lines.add("also     " + kinds(tool.also(), "") + ", where no namespaces are typed");
    }
    if (!tool.excludes().isEmpty()) {
      lines.add("without  " + kinds(tool.excludes(), ""));
    }
    String capabilities =
        tool.capabilities().stream().map(Capability::name).sorted().collect(Collectors.joining(", "));
    lines.add("with     " + (capabilities.isEmpty() ? "no capability" : capabilities));
    lines.addAll(paragraph(tool.why(), "         "));
    conditions.forEach(condition -> lines.addAll(paragraph("provided " + condition, "")));
    lines.add("");
    lines.addAll(GrammarText.lines(tool.arguments()));
    return lines.stream()
        .map(line -> RawText.printable(line) + "\n")
        .collect(Collectors.joining());
  }

  private static List<String> paragraph(String text, String indent) {
    return GrammarText.wrapped(List.of(text.split(" ")), indent);
  }

  private static String kinds(Set<NamespaceKind> kinds, String none) {
    return kinds.isEmpty() ? none : NamespaceKind.words(kinds);
  }
}
