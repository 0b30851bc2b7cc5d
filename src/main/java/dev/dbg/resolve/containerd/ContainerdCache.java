package dev.dbg.resolve.containerd;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.resolve.containerd.ContainerdApi.ContainerFacts;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What containerd said of the containers and pods that there are. The labels of a pod's sandbox
 * never change, so it is asked about each pod once. Those of another container can, so it is asked
 * about these with each update, and again about one that is to be entered.
 *
 * <p>For any thread.
 */
final class ContainerdCache {
  private final ContainerdApi api;

  // Guarded by this.
  private final Map<String, ContainerFacts> pods = new HashMap<>();
  private Map<FileStamp, ContainerFacts> others = Map.of();

  ContainerdCache(ContainerdApi api) {
    this.api = api;
  }

  /**
   * Asks about those that are new or may have changed, and forgets those that are gone.
   *
   * @return whether all are known now, and none can change
   */
  synchronized boolean update(List<Bundle> bundles) {
    Set<String> sandboxes = new HashSet<>();
    Set<String> namespaces = new HashSet<>();
    for (Bundle bundle : bundles) {
      Optional<String> sandbox = PodContainer.sandbox(bundle);
      if (sandbox.isPresent()) {
        sandboxes.add(sandbox.get());
      } else {
        namespaces.add(bundle.namespace());
      }
    }
    pods.keySet().retainAll(sandboxes);
    if (!pods.keySet().containsAll(sandboxes)) {
      pods.putAll(api.pods());
    }
    others = asked(bundles, namespaces);
    return pods.keySet().containsAll(sandboxes) && namespaces.isEmpty();
  }

  private Map<FileStamp, ContainerFacts> asked(List<Bundle> bundles, Set<String> namespaces) {
    Map<FileStamp, ContainerFacts> now = new HashMap<>();
    for (String namespace : namespaces) {
      Map<String, ContainerFacts> all = api.containers(namespace);
      for (Bundle bundle : bundles) {
        ContainerFacts facts = all.get(bundle.id());
        if (facts != null && bundle.namespace().equals(namespace)) {
          now.put(bundle.identity(), facts);
        }
      }
    }
    return now;
  }

  /** What is known of a container; of one in a pod, what is known of the pod. */
  synchronized Optional<ContainerFacts> of(Bundle bundle) {
    return Optional.ofNullable(
        PodContainer.sandbox(bundle).map(pods::get).orElseGet(() -> others.get(bundle.identity())));
  }

  Optional<ContainerFacts> now(Bundle bundle) {
    return PodContainer.sandbox(bundle).isPresent()
        ? of(bundle)
        : api.container(bundle.namespace(), bundle.id());
  }
}
