package dev.dbg.answer;

import dev.dbg.audit.write.AuditFailure;
import dev.dbg.authorize.Authorizer;
import dev.dbg.authorize.Circumstances;
import dev.dbg.authorize.Permission;
import dev.dbg.grammar.Invocation;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.RawText;
import dev.dbg.model.Refusal;
import dev.dbg.session.Messages;
import dev.dbg.wire.Reply;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code dbg explain}: what the authorizer decides, in words, without running anything. */
public final class Explanation {
  private final Authorizer<?> authorizer;
  private final boolean knowsAll;
  private final Noted noted;
  private final Reply reply;

  /** How a refusal gets on record, before it is told. */
  public interface Noted {
    void refused(Refusal refusal) throws AuditFailure;
  }

  /**
   * @param knowsAll whether it may say of containers what their operators may not know
   */
  public Explanation(Authorizer<?> authorizer, boolean knowsAll, Noted noted, Reply reply) {
    this.authorizer = authorizer;
    this.knowsAll = knowsAll;
    this.noted = noted;
    this.reply = reply;
  }

  /** Exits as {@code exec} would be refused, 0 if it would be permitted. */
  public void give(Invocation.Explain asked) throws AuditFailure {
    Map<String, Object> answer = new LinkedHashMap<>();
    try (Permission<?> permission =
        authorizer.permission(asked.line(), new Circumstances(true, false, Instant.now()))) {
      List<String> argv =
          Stream.concat(
                  Stream.of(permission.tool().name()), permission.arguments().shown().stream())
              .toList();
      answer.put("allowed", true);
      answer.put("rule", permission.rule());
      answer.put("target", permission.target().target().address());
      answer.put(
          "namespaces",
          permission.namespaces().keySet().stream().map(NamespaceKind::word).toList());
      answer.put("view", permission.view().word());
      answer.put("argv_run", argv);
      answer.put("way", permission.target().target().way().word());
      answer.put("caps", permission.capabilities().stream().map(Enum::name).sorted().toList());
      List<String> conditions = Conditions.of(permission.terms(), permission.decision().bounds());
      answer.put("conditions", conditions);
      if (asked.json()) {
        reply.println(Json.of(answer));
      } else {
        reply.println("permitted by " + permission.rule());
        reply.println(
            "runs      " + argv.stream().map(RawText::printable).collect(Collectors.joining(" ")));
        reply.println("in        " + place(permission));
        reply.println("with      " + capabilities(permission));
        Messages.about(permission.target().target())
            .ifPresent(how -> reply.println("though    " + RawText.printable(how)));
        if (permission.leavesFilesOut()) {
          reply.println(
              "without   mnt: %s looks at processes, and is not shown the container's files as well"
                  .formatted(permission.tool().name()));
        }
        reply.println("because   " + permission.tool().why());
        for (String condition : conditions) {
          reply.println("provided  " + RawText.printable(condition));
        }
      }
      reply.exit(ExitStatus.OK);
    } catch (Refusal refusal) {
      noted.refused(refusal);
      answer.put("allowed", false);
      answer.put("status", refusal.status());
      answer.put("why", refusal.message());
      boolean hasMore = knowsAll && !refusal.detail().equals(refusal.message());
      if (hasMore) {
        answer.put("detail", refusal.detail());
      }
      if (asked.json()) {
        reply.println(Json.of(answer));
      } else {
        reply.println("refused: " + RawText.printable(refusal.message()));
        if (hasMore) {
          reply.println("in truth  " + RawText.printable(refusal.detail()));
        }
      }
      reply.exit(refusal.status());
    }
  }

  private static String place(Permission<?> permission) {
    String address = RawText.printable(permission.target().target().address());
    return permission.namespaces().isEmpty()
        ? "no namespace of %s's own".formatted(address)
        : "%s of %s".formatted(NamespaceKind.words(permission.namespaces().keySet()), address);
  }

  private static String capabilities(Permission<?> permission) {
    return permission.capabilities().isEmpty()
        ? "no capability"
        : permission.capabilities().stream()
            .map(Enum::name)
            .sorted()
            .collect(Collectors.joining(", "));
  }
}
