package dev.dbg.answer;

import dev.dbg.audit.record.Json;
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

/**
 * {@code dbg explain}: prints the authorizer's decision without running a tool.
 *
 * @param forRoot true if the answer may contain details that the operator must not learn
 */
public record Explanation(
    Authorizer<?> authorizer, boolean forRoot, Refusals refusals, Reply reply) {
  /** Records a refusal before the client gets the answer. */
  public interface Refusals {
    void record(Refusal refusal) throws AuditFailure;
  }

  /** Exits with 0, or with the status with which {@code exec} would be refused. */
  public void give(Invocation.Explain asked) throws AuditFailure {
    try (Permission<?> permission =
        authorizer.permission(
            asked.line(),
            new Circumstances(
                true,
                asked.record(),
                asked.terminal(),
                false,
                Instant.now(),
                asked.line().options()))) {
      List<String> conditions = Conditions.of(permission.terms(), permission.decision().bounds());
      List<String> argv =
          Stream.concat(
                  Stream.of(permission.tool().name()), permission.arguments().shown().stream())
              .toList();
      if (asked.json()) {
        printJson(permission, argv, conditions);
      } else {
        print(permission, argv, conditions);
      }
      reply.exit(ExitStatus.OK);
    } catch (Refusal refusal) {
      refusals.record(refusal);
      boolean hasMore = forRoot && !refusal.detail().equals(refusal.message());
      if (asked.json()) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("allowed", false);
        answer.put("status", refusal.status());
        answer.put("why", refusal.message());
        if (hasMore) {
          answer.put("detail", refusal.detail());
        }
        reply.println(Json.of(answer));
      } else {
        print("refused: ", refusal.message());
        if (hasMore) {
          print("actual reason: ", refusal.detail());
        }
      }
      reply.exit(refusal.status());
    }
  }

  private void printJson(Permission<?> permission, List<String> argv, List<String> conditions) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("allowed", true);
    answer.put("rule", permission.rule());
    answer.put("target", permission.target().target().address());
    answer.put(
        "namespaces", permission.namespaces().keySet().stream().map(NamespaceKind::word).toList());
    answer.put("view", permission.view().word());
    answer.put("argv_run", argv);
    answer.put("way", permission.target().target().way().word());
    answer.put("caps", capabilities(permission));
    answer.put("conditions", conditions);
    Messages.aboutClosedFiles(permission).ifPresent(closed -> answer.put("closed", closed));
    Messages.aboutFiles(permission.target(), List.of())
        .ifPresent(how -> answer.put("stopped", how));
    reply.println(Json.of(answer));
  }

  private void print(Permission<?> permission, List<String> argv, List<String> conditions) {
    List<String> capabilities = capabilities(permission);
    reply.println("permitted by " + permission.rule());
    reply.println(
        "runs      " + argv.stream().map(RawText::quoted).collect(Collectors.joining(" ")));
    print("in        ", place(permission));
    reply.println(
        "with      "
            + (capabilities.isEmpty() ? "no capability" : String.join(", ", capabilities)));
    Messages.about(permission.target().target(), permission.target().unheard())
        .forEach(how -> print("though    ", how));
    Messages.aboutSandbox(permission.target().target()).ifPresent(how -> print("though    ", how));
    Messages.aboutClosedFiles(permission).ifPresent(closed -> print("though    ", closed));
    Messages.aboutFiles(permission.target(), List.of()).ifPresent(how -> print("though    ", how));
    if (permission.leavesFilesOut()) {
      reply.println(
          "without   mnt: %s inspects processes, so it does not get the container's files"
              .formatted(permission.tool().name()));
    }
    reply.println("because   " + permission.tool().about().why());
    conditions.forEach(condition -> print("condition ", condition));
  }

  private void print(String label, String text) {
    reply.println(label + RawText.printable(text));
  }

  private static String place(Permission<?> permission) {
    String address = permission.target().target().address();
    return permission.namespaces().isEmpty()
        ? "no namespace that belongs to %s alone".formatted(address)
        : "%s of %s".formatted(NamespaceKind.words(permission.namespaces().keySet()), address);
  }

  private static List<String> capabilities(Permission<?> permission) {
    return permission.capabilities().stream().map(Enum::name).sorted().toList();
  }
}
