package dev.dbg.authorize;

import dev.dbg.grammar.Invocation;
import dev.dbg.model.ClusterSession;
import dev.dbg.model.Refusal;
import dev.dbg.wire.Request;
import java.util.Optional;

/**
 * Whether a line from the cluster is the one that the session's object has: admission and the
 * cluster's audit have seen that one, and no other. Lines that are not about a container would tell
 * of others than the object's pod.
 */
public final class ObjectCommandCheck {
  private ObjectCommandCheck() {}

  /** Why it is not; empty if it is. */
  public static Optional<Refusal> refusal(
      ClusterSession object, Request request, Invocation invocation) {
    if (!request.arguments().equals(object.words())) {
      return Optional.of(
          Refusal.denied(
              "the line is not the one in spec.command of debugsession %s/%s: type it again"
                  .formatted(object.namespace(), object.session())));
    }
    Optional<String> reason =
        switch (invocation) {
          case Invocation.Exec exec -> exec.reason();
          case Invocation.Shell shell -> shell.reason();
          default -> Optional.empty();
        };
    if (!reason.orElse("").equals(object.reason())) {
      return Optional.of(
          Refusal.denied(
              "the reason is not the one in spec.reason of debugsession %s/%s: write --reason before the pod's name"
                  .formatted(object.namespace(), object.session())));
    }
    return isAboutContainer(invocation)
        ? Optional.empty()
        : Optional.of(
            Refusal.denied(
                "from the cluster dbg only runs lines about a pod: kubectl get debugsessions -A lists sessions; for the rest, log in to node %s"
                    .formatted(object.node())));
  }

  private static boolean isAboutContainer(Invocation invocation) {
    return switch (invocation) {
      case Invocation.Exec _, Invocation.Explain _, Invocation.Shell _ -> true;
      case Invocation.Tools tools -> tools.target().isPresent();
      case Invocation.Version _ -> true;
      case Invocation.Complete _,
          Invocation.Ps _,
          Invocation.Audit _,
          Invocation.Sessions _,
          Invocation.Kill _,
          Invocation.NoteSeal _,
          Invocation.Diagnose _ ->
          false;
    };
  }
}
