package dev.dbg.answer;

import dev.dbg.grammar.Invocation;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Operator;
import dev.dbg.model.QuotedText;
import dev.dbg.model.RawText;
import dev.dbg.model.Replica;
import dev.dbg.model.Target;
import dev.dbg.model.Target.Owner;
import dev.dbg.policy.Policy;
import dev.dbg.policy.Visibility;
import dev.dbg.resolve.Resolver;
import dev.dbg.resolve.user.UnansweredEngine;
import dev.dbg.wire.Reply;
import dev.dbg.wire.StreamedText;
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

  /** By runtime; within a runtime root's containers before users'. */
  private static final Comparator<Target> ORDER =
      Comparator.comparing(Target::runtime)
          .thenComparing(target -> target.owner().map(Owner::user).orElse(""))
          .thenComparing(Target::name)
          .thenComparing(Target::id);

  public void print(Invocation.Ps asked) {
    ContainerSelection wanted;
    try {
      wanted = ContainerSelection.of(asked);
    } catch (IllegalArgumentException e) {
      reply.fail(QuotedText.message(RawText.printable(String.valueOf(e.getMessage()))));
      return;
    }
    Instant now = Instant.now();
    Visibility visibility = policy.visibility(operator, now);
    reply.waitAtMost(Reply.LIST_READ_WITHIN);
    int _ =
        resolver.described(
            asked.includesEnded(),
            all -> {
              print(
                  all.stream()
                      .filter(visibility::maySee)
                      .filter(wanted::includes)
                      .sorted(ORDER)
                      .toList(),
                  asked);
              return all.size();
            },
            without -> complain(without, visibility));
    NoRuleAdvice.tell(policy, operator, now, reply);
    reply.exit(ExitStatus.OK);
  }

  /** Names the engines that did not answer, if the operator may see any of their containers. */
  private void complain(List<UnansweredEngine> without, Visibility visibility) {
    List<String> words =
        without.stream()
            .filter(engine -> engine.mayHave("", visibility::maySee))
            .map(UnansweredEngine::words)
            .toList();
    if (!words.isEmpty() && !visibility.isEmpty()) {
      reply.complain(
          "containers are missing: no answer from %s: try again".formatted(QuotedText.list(words)));
    }
  }

  /** With {@code --quiet} prints only names that can be typed as TARGET. */
  private void print(List<Target> visible, Invocation.Ps asked) {
    try (StreamedText pieces = new StreamedText(reply)) {
      if (asked.quiet()) {
        visible.forEach(target -> pieces.add(RawText.printable(target.address()) + "\n"));
      } else {
        ROWS.print(visible, asked.json(), pieces::add);
      }
    }
  }

  private static String owner(Target target) {
    return target.owner().map(Owner::user).orElse("root");
  }
}
