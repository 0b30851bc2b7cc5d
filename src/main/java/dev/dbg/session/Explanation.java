package dev.dbg.session;

import dev.dbg.grammar.Invocation;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.RawText;
import dev.dbg.model.Refusal;
import dev.dbg.policy.Terms;
import dev.dbg.wire.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code dbg explain}: the judge's answer in words, without running anything. */
final class Explanation {
  private final Judge judge;
  private final Reply reply;

  Explanation(Judge judge, Reply reply) {
    this.judge = judge;
    this.reply = reply;
  }

  /** Exits as {@code exec} would be refused, 0 if it would be permitted. */
  void give(Invocation.Explain asked) {
    Map<String, Object> answer = new LinkedHashMap<>();
    try (Judge.Permission permission = judge.permission(asked.line(), true)) {
      List<String> argv =
          Stream.concat(
                  Stream.of(permission.tool().name()), permission.arguments().shown().stream())
              .toList();
      answer.put("allowed", true);
      answer.put("rule", permission.rule());
      answer.put("argv_run", argv);
      answer.put("way", permission.target().target().way().word());
      answer.put(
          "caps", permission.tool().capabilities().stream().map(Enum::name).sorted().toList());
      answer.put("conditions", conditions(permission.terms()));
      if (asked.json()) {
        reply.println(Json.of(answer));
      } else {
        reply.println("permitted by " + permission.rule());
        reply.println(
            "runs      " + argv.stream().map(RawText::printable).collect(Collectors.joining(" ")));
        reply.println("with      " + capabilities(permission));
        Messages.about(permission.target().target())
            .ifPresent(how -> reply.println("though    " + RawText.printable(how)));
        reply.println("because   " + permission.tool().why());
        for (String condition : conditions(permission.terms())) {
          reply.println("provided  " + condition);
        }
      }
      reply.exit(ExitStatus.OK);
    } catch (Refusal refusal) {
      answer.put("allowed", false);
      answer.put("status", refusal.status());
      answer.put("why", refusal.message());
      if (asked.json()) {
        reply.println(Json.of(answer));
      } else {
        reply.println("refused: " + RawText.printable(refusal.message()));
      }
      reply.exit(refusal.status());
    }
  }

  private static List<String> conditions(Terms terms) {
    List<String> conditions = new ArrayList<>();
    if (terms.reason()) {
      conditions.add("a reason is given with --reason");
    }
    terms.timeout().ifPresent(t -> conditions.add("it ends within " + t.toSeconds() + " s"));
    terms
        .sessions()
        .ifPresent(n -> conditions.add("you have fewer than " + n + " others by that rule"));
    return conditions;
  }

  private static String capabilities(Judge.Permission permission) {
    return permission.tool().capabilities().isEmpty()
        ? "no capability"
        : permission.tool().capabilities().stream()
            .map(Enum::name)
            .sorted()
            .collect(Collectors.joining(", "));
  }
}
