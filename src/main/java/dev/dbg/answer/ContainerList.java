package dev.dbg.answer;

import dev.dbg.grammar.Invocation;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Operator;
import dev.dbg.model.RawText;
import dev.dbg.model.Replica;
import dev.dbg.model.Target;
import dev.dbg.model.Target.Owner;
import dev.dbg.policy.Policy;
import dev.dbg.policy.Visibility;
import dev.dbg.resolve.Resolver;
import dev.dbg.wire.Reply;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** {@code dbg ps}: the containers that the operator may enter with some tool. */
public record ContainerList(Resolver resolver, Policy policy, Operator operator, Reply reply) {
  private static final Rows<Target> ROWS =
      new Rows<Target>()
          .column("NAME", Target::name)
          .column("RUNTIME", Target::runtime)
          .column("OWNER", ContainerList::owner)
          .column("ID", Target::shortId)
          .column("STATUS", Target::status)
          .column("IMAGE", target -> target.image().name())
          .field("name", Target::name)
          .field("runtime", Target::runtime)
          .field("owner", ContainerList::owner)
          .field("way", target -> target.way().word())
          .field("id", Target::id)
          .field("image", target -> target.image().name())
          .field("state", Target::state)
          .field("status", Target::status)
          .field("address", Target::address)
          .field("service", target -> Replica.of(target).map(Replica::typed));

  /** By runtime; of each, root's before users'. */
  private static final Comparator<Target> ORDER =
      Comparator.comparing(Target::runtime)
          .thenComparing(target -> target.owner().map(Owner::user).orElse(""))
          .thenComparing(Target::name)
          .thenComparing(Target::id);

  public void print(Invocation.Ps asked) {
    Instant now = Instant.now();
    Visibility visibility = policy.visibility(operator, now);
    List<Target> visible =
        resolver.described(asked.includesEnded()).stream()
            .filter(visibility::maySee)
            .filter(ContainerSelection.of(asked)::includes)
            .sorted(ORDER)
            .toList();
    reply.print(asked.quiet() ? addresses(visible) : ROWS.text(visible, asked.json()));
    NoRule.tell(policy, operator, now, reply);
    reply.exit(ExitStatus.OK);
  }

  /** What can be typed as TARGET, one a line. */
  private static String addresses(List<Target> targets) {
    StringBuilder lines = new StringBuilder();
    targets.forEach(target -> lines.append(RawText.printable(target.address())).append('\n'));
    return lines.toString();
  }

  private static String owner(Target target) {
    return target.owner().map(Owner::user).orElse("root");
  }
}
