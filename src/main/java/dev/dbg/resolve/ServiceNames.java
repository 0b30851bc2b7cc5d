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

  static boolean mayMean(TargetName name) {
    return name.scheme().map(Replica.SCHEME::equals).orElse(true);
  }

  /**
   * What a service's name means, each as its runtime describes it now: the only container of it
   * that was started; all of those if there are several, in the order in which a person would pick,
   * whether or not they run: a label may be an image's, or another project's, and the one that runs
   * need not be the one that is missed. Without any, the first that was created. Runtimes are asked
   * only about replicas that the operator may see.
   *
   * @param ended whether one that does not run is enough
   */
  List<Search.Sighting> meant(TargetName name, Predicate<Target> admitted, boolean ended)
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
    List<Search.Sighting> started = started(all, ended);
    return started.isEmpty() ? all.stream().limit(1).toList() : started;
  }

  /**
   * Swarm makes a new container in the place of one that has ended, and keeps that. So such a one
   * counts only while none of Swarm's runs; and not for who waits until one does.
   */
  private static List<Search.Sighting> started(List<Search.Sighting> all, boolean ended) {
    boolean swarmsCount =
        all.stream().noneMatch(one -> one.target().isUp() && isSwarms(one))
            && (ended || all.stream().anyMatch(one -> one.target().isUp()));
    return all.stream()
        .filter(one -> !one.target().state().equals(CREATED))
        .filter(one -> one.target().isUp() || swarmsCount || !isSwarms(one))
        .toList();
  }

  private static boolean isSwarms(Search.Sighting one) {
    return Replica.of(one.target()).filter(replica -> replica.project().isEmpty()).isPresent();
  }

  private static boolean isMeant(
      TargetName name, FoundContainer found, Predicate<Target> admitted) {
    Target target = found.target();
    return Replica.of(target).filter(replica -> replica.isMeantBy(name)).isPresent()
        && admitted.test(target);
  }
}
