package dev.dbg.resolve;

import dev.dbg.model.Replica;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.RuntimeUnavailable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Finds containers by the service of Compose or Swarm whose replica they are: a name that is no
 * container's own. It means only containers that the operator may see, and only root's, as users
 * choose the labels of theirs.
 *
 * <p>For any thread.
 */
record ServiceNames(List<ContainerRuntime> runtimes) {
  /**
   * Of a container that was never started: Compose makes a replica anew before it ends the old one.
   */
  private static final String CREATED = "created";

  /** Whether the name may be a service's. */
  static boolean mayMean(TargetName name) {
    return name.scheme().map(Replica.SCHEME::equals).orElse(true);
  }

  /**
   * What a service's name means, each as its runtime describes it now: the only replica that runs;
   * all of them if several run, in the order in which a person would pick; the first if none runs.
   * All of them too if another that was started is the same replica, of the same number: Compose
   * has no two, but an image may have a service's labels. Runtimes are asked only about replicas
   * that the operator may see.
   */
  List<Search.Sighting> meant(TargetName name, Predicate<Target> admitted)
      throws RuntimeUnavailable {
    List<Search.Sighting> all = new ArrayList<>();
    for (ContainerRuntime runtime : runtimes) {
      if (runtime.hasBareNames()) {
        for (FoundContainer listed : runtime.all()) {
          if (isMeant(name, listed, admitted)) {
            runtime
                .again(listed)
                .filter(now -> isMeant(name, now, admitted))
                .ifPresent(now -> all.add(Search.Sighting.in(runtime, now)));
          }
        }
      }
    }
    all.sort(Comparator.comparing(Search.Sighting::target, Replica.ORDER));
    long up = all.stream().filter(replica -> replica.target().isUp()).count();
    return up > 1 || isTwice(all) ? List.copyOf(all) : all.stream().limit(1).toList();
  }

  /**
   * Whether another is the same replica of Compose's as the first. Swarm keeps those that ended.
   */
  private static boolean isTwice(List<Search.Sighting> all) {
    return all.stream()
            .filter(replica -> !replica.target().state().equals(CREATED))
            .map(replica -> Replica.of(replica.target()).filter(its -> its.project().isPresent()))
            .filter(its -> its.isPresent() && its.equals(Replica.of(all.getFirst().target())))
            .count()
        > 1;
  }

  private static boolean isMeant(
      TargetName name, FoundContainer found, Predicate<Target> admitted) {
    Target target = found.target();
    return Replica.of(target).filter(replica -> replica.isMeantBy(name)).isPresent()
        && admitted.test(target);
  }
}
