package dev.dbg.answer;

import dev.dbg.audit.record.Json;
import dev.dbg.authorize.Authorizer;
import dev.dbg.authorize.PermittedTools;
import dev.dbg.authorize.Rights;
import dev.dbg.grammar.Invocation;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.QuotedText;
import dev.dbg.model.RawText;
import dev.dbg.model.Refusal;
import dev.dbg.model.TargetName;
import dev.dbg.session.Messages;
import dev.dbg.tools.Tool;
import dev.dbg.tools.ToolHelp;
import dev.dbg.tools.argument.GrammarText;
import dev.dbg.wire.Reply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code dbg tools [TARGET] [TOOL]}. A single word is a tool if the operator may run a tool of that
 * name; a container of the same name needs its scheme.
 *
 * @param operator the operator whose tools are listed
 */
public record ToolsAnswer(Rights rights, Operator operator, Authorizer<?> authorizer, Reply reply) {
  /** A tool, and the kinds of namespaces that the operator may join with it. */
  private record ListedTool(Tool tool, Set<NamespaceKind> kinds) {}

  private static final Rows<ListedTool> EVERYWHERE =
      new Rows<ListedTool>()
          .column("TOOL", listed -> listed.tool().name())
          .column("NEEDS", listed -> NamespaceKind.words(listed.tool().kinds().requires()))
          .column("SHOWS", listed -> listed.tool().about().summary())
          .field("tool", listed -> listed.tool().name())
          .field("namespaces", listed -> words(listed.kinds()))
          .field("needs", listed -> words(listed.tool().kinds().requires()))
          .field("group", listed -> listed.tool().about().group())
          .field("summary", listed -> listed.tool().about().summary());

  private static final Rows<PermittedTools.Use> IN_TARGET =
      new Rows<PermittedTools.Use>()
          .column("TOOL", use -> use.tool().name())
          .column("NEEDS", use -> NamespaceKind.words(use.tool().kinds().requires()))
          .column("RULE", use -> use.grant().rule())
          .column("CONDITIONS", use -> String.join("; ", conditions(use)))
          .field("tool", use -> use.tool().name())
          .field("namespaces", use -> words(use.kinds()))
          .field("needs", use -> words(use.tool().kinds().requires()))
          .field("rule", use -> use.grant().rule())
          .field("conditions", ToolsAnswer::conditions)
          .field("summary", use -> use.tool().about().summary());

  private static List<String> words(Collection<NamespaceKind> kinds) {
    return kinds.stream().map(NamespaceKind::word).toList();
  }

  private static List<String> conditions(PermittedTools.Use use) {
    return Conditions.of(use.grant().terms(), use.grant().bounds());
  }

  public void print(Invocation.Tools asked) throws Refusal {
    if (asked.target().isEmpty()) {
      listAll(asked.json());
    } else if (asked.tool().isPresent()) {
      printInTarget(asked.target().get(), asked.tool().get(), asked.json());
    } else {
      Optional<Tool> tool = toolNamed(asked.target().get());
      if (tool.isPresent()) {
        print(tool.get(), List.of(), asked.json());
      } else {
        listInTarget(asked.target().get(), asked.json());
      }
    }
    reply.exit(ExitStatus.OK);
  }

  /** Lists the operator's tools and their containers, as {@code sudo -l} does. */
  private void listAll(boolean json) {
    Instant now = Instant.now();
    List<ListedTool> all = new ArrayList<>();
    for (Tool tool : rights.catalogue().all()) {
      Set<NamespaceKind> kinds = rights.policy().namespacesFor(operator, tool.name(), now);
      kinds.removeAll(tool.kinds().excludes());
      if (!kinds.isEmpty()
          || (tool.isTold() && rights.policy().permits(operator, tool.name(), now))) {
        all.add(new ListedTool(tool, kinds));
      }
    }
    reply.print(EVERYWHERE.text(all, json));
    NoRuleAdvice.tell(rights.policy(), operator, now, reply);
  }

  /**
   * Lists the tools that the operator may run in a container. The container is looked up, so that
   * its labels, image and shared namespaces count.
   */
  private void listInTarget(TargetName name, boolean json) throws Refusal {
    PermittedTools permitted = authorizer.tools(name, Instant.now());
    reply.print(IN_TARGET.text(permitted.uses(), json));
    Messages.about(permitted.target(), permitted.unheard()).forEach(reply::complain);
    Messages.aboutSandbox(permitted.target()).ifPresent(reply::complain);
    if (!permitted.kept().isEmpty()) {
      reply.complain(
          "%s shares %s with the host; rules without host-namespaces = true do not permit it: see dbg-policy(5)"
              .formatted(permitted.target().name(), NamespaceKind.words(permitted.kept())));
    }
  }

  private Optional<Tool> toolNamed(TargetName word) {
    return word.scheme().isPresent()
        ? Optional.empty()
        : rights
            .catalogue()
            .tool(word.name())
            .filter(tool -> rights.policy().permits(operator, tool.name(), Instant.now()));
  }

  private void printInTarget(TargetName target, String name, boolean json) throws Refusal {
    List<PermittedTools.Use> uses =
        authorizer.tools(target, Instant.now()).uses().stream()
            .filter(use -> use.tool().name().equals(name))
            .toList();
    if (uses.isEmpty()) {
      throw Refusal.denied(
          "%s may not run %s in %s: dbg tools %s lists the permitted tools"
              .formatted(
                  operator.user(),
                  QuotedText.of(RawText.printable(name)),
                  target,
                  RawText.quoted(target.toString())));
    }
    print(
        uses.getFirst().tool(),
        uses.stream().flatMap(use -> conditions(use).stream()).distinct().toList(),
        json);
  }

  /**
   * Prints a tool's description, needs, examples and accepted arguments.
   *
   * @param conditions the conditions of rules that permit the tool; a rule may restrict arguments
   */
  private void print(Tool tool, List<String> conditions, boolean json) {
    if (!json) {
      reply.print(ToolHelp.of(tool));
      for (String condition : conditions) {
        GrammarText.wrapped(List.of(("condition: " + condition).split(" ")), "")
            .forEach(line -> reply.println(RawText.printable(line)));
      }
      return;
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("tool", tool.name());
    fields.put("summary", tool.about().summary());
    fields.put("needs", words(tool.kinds().requires().stream().sorted().toList()));
    fields.put("also", words(tool.kinds().also().stream().sorted().toList()));
    fields.put("excludes", words(tool.kinds().excludes().stream().sorted().toList()));
    fields.put("caps", tool.capabilities().stream().map(Enum::name).sorted().toList());
    fields.put("why", tool.about().why());
    fields.put("examples", tool.about().examples());
    fields.put("conditions", conditions);
    fields.put("accepts", GrammarText.lines(tool.arguments()));
    reply.println(Json.of(fields));
  }
}
