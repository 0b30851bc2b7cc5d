package dev.dbg.authorize;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.ClusterSession;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.Containers;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.container.TargetNotFound;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The containers of the one pod that a session's object is about: for a user of the cluster there
 * are no others. The namespace and the pod's name are those for which the API server let the user
 * make the object; the pod's uid is the kubelet's word, so that a pod that was created again under
 * the same name is another one.
 *
 * <p>The containers know the labels of their namespace, which the API server stamped on the object.
 */
public record PodOfSession(Containers<PinnedTarget> all, ClusterSession object)
    implements Containers<PinnedTarget> {
  @Override
  public PinnedTarget hold(TargetName name, Predicate<Target> admitted, Need need)
      throws TargetNotFound, RuntimeUnavailable, KernelException {
    requireThis(name);
    return checked(name, all.hold(name, ofThis(admitted), need));
  }

  @Override
  public PinnedTarget holdSeen(TargetName name, Predicate<Target> admitted, Need need)
      throws TargetNotFound, RuntimeUnavailable, KernelException {
    requireThis(name);
    return checked(name, all.holdSeen(name, ofThis(admitted), need));
  }

  @Override
  public <T> T running(Function<List<Target>, T> use) {
    return all.running(
        targets -> use.apply(targets.stream().filter(this::isOfThis).map(this::labelled).toList()));
  }

  /** Nothing is asked about other containers, whoever may see them. */
  private void requireThis(TargetName name) throws TargetNotFound {
    String pod = object.namespace() + "/" + object.pod();
    if (name.scheme().filter("k8s"::equals).isEmpty()
        || !(name.name() + "/").startsWith(pod + "/")) {
      throw new TargetNotFound(
          TargetNotFound.Cause.NO_SUCH_RUNTIME,
          "'%s' is not in k8s://%s, the pod of debugsession %s"
              .formatted(name, pod, object.session()),
          List.of());
    }
  }

  private Predicate<Target> ofThis(Predicate<Target> admitted) {
    return target -> isNamedLikeThis(target) && admitted.test(labelled(target));
  }

  private PinnedTarget checked(TargetName name, PinnedTarget found) throws TargetNotFound {
    Target target = found.target();
    if (isOfThis(target)) {
      return found.as(labelled(target));
    }
    found.close();
    if (!isNamedLikeThis(target)) {
      throw TargetNotFound.unknown(name);
    }
    throw new TargetNotFound(
        TargetNotFound.Cause.CHANGED,
        "pod %s/%s here is another one than that of debugsession %s: it was created again: type the line again"
            .formatted(object.namespace(), object.pod(), object.session()),
        List.of(labelled(target)));
  }

  private boolean isNamedLikeThis(Target target) {
    return target.pod().isPresent()
        && target.name().startsWith(object.namespace() + "/" + object.pod() + "/");
  }

  private boolean isOfThis(Target target) {
    return isNamedLikeThis(target)
        && target.pod().filter(pod -> pod.uid().equals(object.podUid())).isPresent();
  }

  private Target labelled(Target target) {
    return target.inNamespace(object.labels());
  }
}
