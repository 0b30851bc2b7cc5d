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
 * What containerd said of the containers and pods that there are: it is asked once about each. The
 * labels of a pod's sandbox never change. Those of another container can, so containerd is asked
 * again about a container that is to be entered.
 *
 * <p>For any thread.
 */
final class KnownFacts {
  private final ContainerdApi api;

  // Guarded by this.
  private final Map<String, ContainerFacts> pods = new HashMap<>();
  private final Map<FileStamp, ContainerFacts> others = new HashMap<>();

  KnownFacts(ContainerdApi api) {
    this.api = api;
  }

  /**
   * Asks about those of all bundles that are new, and forgets those that are gone.
   *
   * @return whether all are known now
   */
  synchronized boolean update(List<Bundle> bundles) {
    Set<String> sandboxes = new HashSet<>();
    Set<FileStamp> directories = new HashSet<>();
    Set<String> namespaces = new HashSet<>();
    for (Bundle bundle : bundles) {
      Optional<String> sandbox = PodContainer.sandbox(bundle);
      if (sandbox.isPresent()) {
        sandboxes.add(sandbox.get());
      } else {
        directories.add(bundle.identity());
        if (!others.containsKey(bundle.identity())) {
          namespaces.add(bundle.namespace());
        }
      }
    }
    pods.keySet().retainAll(sandboxes);
    others.keySet().retainAll(directories);
    if (!pods.keySet().containsAll(sandboxes)) {
      pods.putAll(api.pods());
    }
    for (String namespace : namespaces) {
      Map<String, ContainerFacts> all = api.containers(namespace);
      for (Bundle bundle : bundles) {
        ContainerFacts facts = all.get(bundle.id());
        if (facts != null && bundle.namespace().equals(namespace)) {
          others.put(bundle.identity(), facts);
        }
      }
    }
    return pods.keySet().containsAll(sandboxes) && others.keySet().containsAll(directories);
  }

  /** What is known of a container; of one in a pod, what is known of the pod. */
  synchronized Optional<ContainerFacts> of(Bundle bundle) {
    return Optional.ofNullable(
        PodContainer.sandbox(bundle).map(pods::get).orElseGet(() -> others.get(bundle.identity())));
  }

  /** The same as it is now. */
  Optional<ContainerFacts> now(Bundle bundle) {
    return PodContainer.sandbox(bundle).isPresent()
        ? of(bundle)
        : api.container(bundle.namespace(), bundle.id());
  }
}
