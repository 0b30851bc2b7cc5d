package dev.dbg.resolve.containerd;

import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.PidRef;
import dev.dbg.resolve.containerd.ContainerdApi.ContainerFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The containers of a list of bundles, the newest first. Immutable. A pod's sandbox is none: it has
 * the pod's labels and namespaces, but no pod's name, so that no exception for pods would hold.
 *
 * @param of the list
 * @param byId the bundles by {@link Target#id}, with those of sandboxes
 * @param defaults the ids of containers that their pods name as the default
 * @param until when containerd is to be asked again, by {@link System#nanoTime}; empty if it said
 *     everything, and nothing of that can change
 */
record ContainerdIndex(
    List<Bundle> of,
    List<FoundContainer> all,
    Map<String, Bundle> byId,
    Set<String> defaults,
    Optional<Long> until) {
  static final ContainerdIndex EMPTY =
      new ContainerdIndex(List.of(), List.of(), Map.of(), Set.of(), Optional.empty());

  /** kubectl(1) goes to the container that this annotation of a pod names. */
  private static final String DEFAULT = "kubectl.kubernetes.io/default-container";

  /** Who looks again sooner sees the labels of other containers than a pod's as they were. */
  private static final long AGAIN = Duration.ofSeconds(1).toNanos();

  /** Whether it is of this very list, and nothing is to be asked. */
  @SuppressWarnings("ReferenceEquality") // Bundles returns the same list while nothing changes
  boolean isOf(List<Bundle> bundles) {
    return of == bundles && until.map(end -> System.nanoTime() - end < 0).orElse(true);
  }

  Optional<Bundle> bundle(Target target) {
    return Optional.ofNullable(byId.get(target.id()));
  }

  /**
   * Describes bundles.
   *
   * @param lasting whether all that containerd knows of them is known, and cannot change
   */
  static ContainerdIndex of(List<Bundle> bundles, ContainerdCache known, boolean lasting) {
    List<Bundle> sorted =
        bundles.stream().sorted(Comparator.comparingLong(Bundle::started).reversed()).toList();
    List<FoundContainer> all = new ArrayList<>();
    Map<String, Bundle> byId = new HashMap<>();
    Set<String> defaults = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (Bundle bundle : sorted) {
      Optional<ContainerFacts> facts = known.of(bundle);
      FoundContainer found = bundle.found(facts, ResolvedBy.DISK);
      if (!names.add(found.target().address())) {
        // An older attempt of a pod's container; the newest that runs is meant.
        found = PidRef.checked(found);
      }
      byId.put(found.target().id(), bundle);
      if (!PodContainer.isSandbox(bundle)) {
        all.add(found);
      }
      if (isDefault(bundle, facts)) {
        defaults.add(found.target().id());
      }
    }
    Optional<Long> until = lasting ? Optional.empty() : Optional.of(System.nanoTime() + AGAIN);
    return new ContainerdIndex(bundles, all, byId, defaults, until);
  }

  private static boolean isDefault(Bundle bundle, Optional<ContainerFacts> facts) {
    return PodContainer.of(bundle)
        .flatMap(
            place ->
                facts
                    .map(said -> said.annotations().getOrDefault(DEFAULT, ""))
                    .filter(place.container()::equals))
        .isPresent();
  }
}
