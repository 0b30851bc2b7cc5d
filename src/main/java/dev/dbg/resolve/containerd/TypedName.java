package dev.dbg.resolve.containerd;

import dev.dbg.model.Glob;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.NameGrammar;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which containers a typed name means: {@code k8s://NAMESPACE/POD[/CONTAINER]}, {@code cri://ID},
 * {@code containerd://[NAMESPACE/]ID}, or any of these without its scheme, and then {@code POD}
 * too. An id of 64 digits may be cut short; no other name may, as another container can have the
 * longer one. A name of a pod with a star means all that match, so that they can be listed.
 *
 * @param defaults the ids of the containers that their pods name as the default
 */
record TypedName(TargetName name, Set<String> defaults) {
  static final String CONTAINERD = "containerd";
  static final String KUBERNETES = "k8s";
  static final String CRI = "cri";

  /** The name that nerdctl(1) keeps as a label; several containers may have the same. */
  private static final String NERDCTL = "nerdctl/name";

  /** The namespace, beside it. */
  private static final String NERDCTL_NAMESPACE = "nerdctl/namespace";

  private static final Pattern BEGUN_ID = Pattern.compile("[0-9a-f]{1,63}");

  /**
   * Those that it means.
   *
   * @param all the newest first; of several with the same name, such as the attempts of a pod's
   *     container, the newest that runs is meant
   */
  List<FoundContainer> among(List<FoundContainer> all) {
    if (all.isEmpty()) {
      return all; // On most hosts containerd has only Docker's.
    }
    String scheme = name.scheme().orElse("");
    List<FoundContainer> asked =
        all.stream().filter(found -> isOf(scheme, found.target())).toList();
    List<FoundContainer> exact = those(asked, target -> isNamed(scheme, target));
    return exact.isEmpty() ? begun(asked) : ofOnePod(newest(exact));
  }

  /** Whether it is the container's own name, its id, or the beginning of that. */
  boolean isOwn(Target target) {
    return name.scheme().map(target.runtime()::equals).orElse(true)
        && (name.name().equals(target.name())
            || target.id().equals(name.name())
            || (name.mayBeId() && target.id().startsWith(name.name())));
  }

  private static boolean isOf(String scheme, Target target) {
    return switch (scheme) {
      case "", CONTAINERD -> true;
      case KUBERNETES -> target.runtime().equals(KUBERNETES);
      case CRI -> namespace(target).equals(Bundle.PODS);
      default -> false;
    };
  }

  private boolean isNamed(String scheme, Target target) {
    String typed = name.name();
    if (typed.equals(target.id())) {
      return true;
    }
    boolean containerd = scheme.isEmpty() || scheme.equals(CONTAINERD);
    boolean kubernetes = scheme.isEmpty() || scheme.equals(KUBERNETES);
    return (containerd && isContainerds(typed, target)) || (kubernetes && isPods(name, target));
  }

  private static boolean isContainerds(String typed, Target target) {
    if (target.runtime().equals(KUBERNETES)) {
      return typed.equals(Bundle.PODS + "/" + target.id());
    }
    String given = nerdctls(target);
    String namespace = namespace(target) + "/";
    return typed.equals(target.name())
        || typed.equals(target.name().substring(namespace.length()))
        || (!given.isEmpty() && (typed.equals(given) || typed.equals(namespace + given)));
  }

  /**
   * The name by nerdctl; empty if it did not start the container. ctr(1) copies an image's labels
   * too, but there people choose the id, and nerdctl's are of 64 digits.
   */
  private static String nerdctls(Target target) {
    return target
        .labels()
        .filter(_ -> NameGrammar.isId(target.id()))
        .filter(labels -> namespace(target).equals(labels.get(NERDCTL_NAMESPACE)))
        .map(labels -> labels.getOrDefault(NERDCTL, ""))
        .orElse("");
  }

  private static boolean isPods(TargetName typed, Target target) {
    if (!target.runtime().equals(KUBERNETES)) {
      return false;
    }
    String pod = pod(target);
    return Stream.of(target.name(), pod, pod.substring(pod.indexOf('/') + 1))
        .anyMatch(typed.isPattern() ? new Glob(typed.name())::matches : typed.name()::equals);
  }

  /** NAMESPACE/POD of a pod's container. */
  static String pod(Target target) {
    return target.name().substring(0, target.name().lastIndexOf('/'));
  }

  static String namespace(Target target) {
    return target.runtime().equals(KUBERNETES)
        ? Bundle.PODS
        : target.name().substring(0, target.name().indexOf('/'));
  }

  /** The only one whose id begins so; like the engines, none if there are several. */
  private List<FoundContainer> begun(List<FoundContainer> asked) {
    String typed = name.name();
    int slash = name.scheme().equals(Optional.of(CONTAINERD)) ? typed.indexOf('/') : -1;
    String id = typed.substring(slash + 1);
    if (!BEGUN_ID.matcher(id).matches()) {
      return List.of();
    }
    List<FoundContainer> begun =
        those(
            asked,
            target ->
                NameGrammar.isId(target.id())
                    && target.id().startsWith(id)
                    && (slash < 0 || namespace(target).equals(typed.substring(0, slash))));
    return begun.size() == 1 ? begun : List.of();
  }

  private static List<FoundContainer> those(List<FoundContainer> all, Predicate<Target> wanted) {
    return all.stream().filter(found -> wanted.test(found.target())).toList();
  }

  private static List<FoundContainer> newest(List<FoundContainer> all) {
    Map<String, FoundContainer> byName = new LinkedHashMap<>();
    for (FoundContainer found : all) {
      FoundContainer newer = byName.get(found.target().address());
      if (newer == null || (!newer.target().isRunning() && found.target().isRunning())) {
        byName.put(found.target().address(), found);
      }
    }
    return List.copyOf(byName.values());
  }

  /** Of several containers of one pod, the one that the pod names as the default. */
  private List<FoundContainer> ofOnePod(Collection<FoundContainer> all) {
    List<FoundContainer> list = new ArrayList<>(all);
    boolean onePod =
        list.stream().allMatch(found -> found.target().runtime().equals(KUBERNETES))
            && list.stream().map(found -> pod(found.target())).distinct().count() == 1;
    List<FoundContainer> named = those(list, target -> defaults.contains(target.id()));
    return onePod && named.size() == 1 ? named : list;
  }
}
