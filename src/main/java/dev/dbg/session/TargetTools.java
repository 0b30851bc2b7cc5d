package dev.dbg.session;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Refusal;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.policy.Grant;
import dev.dbg.resolve.HeldTarget;
import dev.dbg.tools.Tool;
import dev.dbg.wire.Reply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code dbg tools TARGET}: what each rule lets the operator run in a container, which is looked
 * for, so that its labels, its image and the namespaces that it shares with the host count.
 */
final class TargetTools {
  private final House house;
  private final House.Rights rights;
  private final Operator operator;
  private final Reply reply;

  TargetTools(House house, House.Rights rights, Operator operator, Reply reply) {
    this.house = house;
    this.rights = rights;
    this.operator = operator;
    this.reply = reply;
  }

  /**
   * What one rule gives of one tool.
   *
   * @param kinds the namespaces of the container's in which it would be permitted
   */
  private record Use(Grant grant, Tool tool, Set<NamespaceKind> kinds) {
    List<String> conditions() {
      return Conditions.of(grant.terms(), grant.bounds());
    }
  }

  void print(TargetName name, boolean json) throws Refusal {
    Instant now = Instant.now();
    Finder finder =
        new Finder(rights.policy(), house.resolver(), operator, name, now, new Listing(now), false);
    try (HeldTarget held = finder.hold()) {
      List<Grant> grants = rights.policy().grants(operator, held.target(), now);
      if (grants.isEmpty()) {
        throw unreachable("no rule reaches " + held.target().address());
      }
      Set<NamespaceKind> wanted = EnumSet.noneOf(NamespaceKind.class);
      grants.forEach(grant -> wanted.addAll(grant.namespaces()));
      Set<NamespaceKind> shared = house.sharedWithHost(finder.namespaces(held, wanted));
      List<Use> uses = uses(grants, held, shared, others(held, wanted, shared));
      reply.print(json ? json(uses) : table(uses));
      Messages.about(held.target()).ifPresent(reply::complain);
      if (grants.stream().anyMatch(grant -> isKeptBy(grant, shared))) {
        reply.complain(
            "%s shares %s with the host, which not every rule permits: see host-namespaces in dbg-policy(5)"
                .formatted(held.target().name(), NamespaceKind.words(shared)));
      }
      reply.exit(ExitStatus.OK);
    }
  }

  private final class Listing implements Finder.Purpose {
    private final Instant now;

    private Listing(Instant now) {
      this.now = now;
    }

    @Override
    public boolean allows(Target target) {
      return rights.policy().maySee(operator, target, now);
    }

    @Override
    public Refusal unreachable(String detail) {
      return TargetTools.this.unreachable(detail);
    }
  }

  private Refusal unreachable(String detail) {
    return Refusal.denied(
        "no container of that name or id that %s may enter: dbg ps lists those you may enter"
            .formatted(operator.user()),
        detail);
  }

  /** Those of a user's container that are neither the host's nor that user's. */
  private static Set<NamespaceKind> others(
      HeldTarget held, Set<NamespaceKind> wanted, Set<NamespaceKind> shared) throws Refusal {
    Set<NamespaceKind> own = EnumSet.copyOf(wanted);
    own.removeAll(shared);
    try {
      return held.notTheirs(own);
    } catch (KernelException e) {
      throw Refusal.failed(
          ExitStatus.DBG_FAILED,
          "%s cannot be entered: %s".formatted(held.target().address(), e.message()));
    }
  }

  private static boolean isKeptBy(Grant grant, Set<NamespaceKind> shared) {
    return !grant.hostNamespaces() && grant.namespaces().stream().anyMatch(shared::contains);
  }

  private List<Use> uses(
      List<Grant> grants, HeldTarget held, Set<NamespaceKind> shared, Set<NamespaceKind> others) {
    List<Use> uses = new ArrayList<>();
    for (Grant grant : grants) {
      Tool tool = rights.catalogue().tool(grant.tool()).orElseThrow();
      Set<NamespaceKind> kinds = EnumSet.copyOf(grant.namespaces());
      kinds.removeAll(others);
      kinds.removeAll(tool.excludes());
      if (!grant.hostNamespaces()) {
        kinds.removeAll(shared);
      }
      boolean ofUser = held.target().owner().isPresent();
      if (ofUser && (!kinds.contains(NamespaceKind.USER) || shared.contains(NamespaceKind.USER))) {
        // As the judge has it: a user's files are entered as nobody but that user.
        kinds.remove(NamespaceKind.MNT);
      }
      if (!kinds.isEmpty() && kinds.containsAll(tool.requires())) {
        uses.add(new Use(grant, tool, kinds));
      }
    }
    return uses;
  }

  private static String table(List<Use> uses) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("TOOL", "NAMESPACES", "RULE", "PROVIDED THAT"));
    for (Use use : uses) {
      rows.add(
          List.of(
              use.tool().name(),
              NamespaceKind.words(use.kinds()),
              use.grant().rule(),
              String.join("; ", use.conditions())));
    }
    return Tables.of(rows);
  }

  private static String json(List<Use> uses) {
    StringBuilder lines = new StringBuilder();
    for (Use use : uses) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("tool", use.tool().name());
      facts.put("namespaces", use.kinds().stream().map(NamespaceKind::word).toList());
      facts.put("rule", use.grant().rule());
      facts.put("conditions", use.conditions());
      facts.put("summary", use.tool().summary());
      lines.append(Json.of(facts)).append('\n');
    }
    return lines.toString();
  }
}
