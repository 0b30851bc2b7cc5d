package dev.dbg.answer;

import dev.dbg.authorize.Authorizer;
import dev.dbg.authorize.PermittedTools;
import dev.dbg.authorize.Rights;
import dev.dbg.grammar.Invocation;
import dev.dbg.model.Operator;
import dev.dbg.model.RawText;
import dev.dbg.model.Refusal;
import dev.dbg.model.Shortened;
import dev.dbg.model.TargetName;
import dev.dbg.tools.Tool;
import dev.dbg.wire.Reply;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * {@code dbg tools [TARGET] [TOOL]}. A single word that is a tool which the operator may run means
 * that tool; a container of that name is reached with its scheme.
 *
 * @param operator the one whose tools are listed
 */
public record ToolsAnswer(Rights rights, Operator operator, Authorizer<?> authorizer, Reply reply) {
  public void print(Invocation.Tools asked) throws Refusal {
    if (asked.target().isEmpty()) {
      new ToolList(rights, operator, reply).print(asked.json());
    } else if (asked.tool().isPresent()) {
      printInTarget(asked.target().get(), asked.tool().get(), asked.json());
    } else {
      Optional<Tool> tool = toolNamed(asked.target().get());
      if (tool.isPresent()) {
        new OneTool(tool.get(), List.of(), reply).print(asked.json());
      } else {
        new TargetTools(authorizer, reply).print(asked.target().get(), asked.json());
      }
    }
  }

  private Optional<Tool> toolNamed(TargetName word) {
    return word.scheme().isPresent()
        ? Optional.empty()
        : rights
            .catalogue()
            .tool(word.name())
            .filter(
                tool ->
                    !rights.policy().namespacesFor(operator, tool.name(), Instant.now()).isEmpty());
  }

  private void printInTarget(TargetName target, String name, boolean json) throws Refusal {
    List<PermittedTools.Use> uses =
        authorizer.tools(target, Instant.now()).uses().stream()
            .filter(use -> use.tool().name().equals(name))
            .toList();
    if (uses.isEmpty()) {
      throw Refusal.denied(
          "%s is not a tool that %s may run in %s: dbg tools %s lists those"
              .formatted(
                  Shortened.of(RawText.printable(name)),
                  operator.user(),
                  target,
                  RawText.quoted(target.toString())));
    }
    new OneTool(
            uses.getFirst().tool(),
            uses.stream().flatMap(use -> TargetTools.conditions(use).stream()).distinct().toList(),
            reply)
        .print(json);
  }
}
