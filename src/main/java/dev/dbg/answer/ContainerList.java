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
import java.util.Comparator;
import java.util.List;

/** {@code dbg ps}: the running containers that the operator may enter with some tool. */
public record ContainerList(Resolver resolver, Policy policy, Operator operator, Reply reply) {
  private static final Rows<Target> ROWS =
      new Rows<Target>()
          .column("NAME", Target::name)
          .column("RUNTIME", Target::runtime)
          .column("OWNER", ContainerList::owner)
          .column("ID", Target::shortId)
          .column("IMAGE", target -> target.image().name())
          .field("name", Target::name)
          .field("runtime", Target::runtime)
          .field("owner", ContainerList::owner)
          .field("way", target -> target.way().word())
          .field("id", Target::id)
          .field("image", target -> target.image().name());

  public void print(boolean json) {
    Instant now = Instant.now();
    Visibility visibility = policy.visibility(operator, now);
    List<Target> visible =
        resolver.running().stream()
            .filter(visibility::maySee)
            .sorted(Comparator.comparing(Target::name).thenComparing(Target::address))
            .toList();
    reply.print(ROWS.text(visible, json));
    NoRule.tell(policy, operator, now, reply);
    reply.exit(ExitStatus.OK);
  }

  private static String owner(Target target) {
    return target.owner().map(Owner::user).orElse("root");
  }
}
