package dev.dbg.answer;

import dev.dbg.model.ExitStatus;
import dev.dbg.model.Operator;
import dev.dbg.model.Owner;
import dev.dbg.model.Target;
import dev.dbg.policy.Policy;
import dev.dbg.policy.Visibility;
import dev.dbg.resolve.Resolver;
import dev.dbg.wire.Reply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code dbg ps}: the running containers that the operator may enter with some tool. */
public final class ContainerList {
  private final Resolver resolver;
  private final Policy policy;
  private final Operator operator;
  private final Reply reply;

  public ContainerList(Resolver resolver, Policy policy, Operator operator, Reply reply) {
    this.resolver = resolver;
    this.policy = policy;
    this.operator = operator;
    this.reply = reply;
  }

  public void print(boolean json) {
    Visibility visibility = policy.visibility(operator, Instant.now());
    List<Target> visible =
        resolver.running().stream()
            .filter(visibility::maySee)
            .sorted(Comparator.comparing(Target::name).thenComparing(Target::address))
            .toList();
    reply.print(json ? json(visible) : table(visible));
    reply.exit(ExitStatus.OK);
  }

  private static String json(List<Target> targets) {
    StringBuilder lines = new StringBuilder();
    for (Target target : targets) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("name", target.name());
      facts.put("runtime", target.runtime());
      facts.put("owner", owner(target));
      facts.put("way", target.way().word());
      facts.put("id", target.id());
      facts.put("image", target.image().name());
      lines.append(Json.of(facts)).append('\n');
    }
    return lines.toString();
  }

  private static String table(List<Target> targets) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("NAME", "RUNTIME", "OWNER", "ID", "IMAGE"));
    for (Target target : targets) {
      rows.add(
          List.of(
              target.name(),
              target.runtime(),
              owner(target),
              target.shortId(),
              target.image().name()));
    }
    return TextTable.of(rows);
  }

  private static String owner(Target target) {
    return target.owner().map(Owner::user).orElse("root");
  }
}
