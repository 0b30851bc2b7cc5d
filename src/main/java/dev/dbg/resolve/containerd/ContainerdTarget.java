package dev.dbg.resolve.containerd;

import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.GroupPaths;
import dev.dbg.resolve.container.NameGrammar;
import dev.dbg.resolve.containerd.ContainerdApi.ContainerFacts;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A container of containerd as the target that rules and records see. */
final class ContainerdTarget {
  private ContainerdTarget() {}

  /** As its bundle describes it: it runs, if its process is still there. */
  static FoundContainer onDisk(Bundle bundle, Optional<ContainerFacts> facts) {
    return of(
        bundle, facts, new Shim.TaskState(Shim.TaskState.RUNNING, bundle.pid()), ResolvedBy.DISK);
  }

  /**
   * A container.
   *
   * @param facts of a container in a pod, the pod's; empty if containerd has not said
   */
  static FoundContainer of(
      Bundle bundle, Optional<ContainerFacts> facts, Shim.TaskState state, ResolvedBy way) {
    Optional<PodContainer> pod = PodContainer.of(bundle);
    String name = bundle.namespace() + "/" + bundle.id();
    return new FoundContainer(
        new Target(
            pod.isPresent() ? TypedName.KUBERNETES : TypedName.CONTAINERD,
            Optional.empty(),
            // Two namespaces may have the same id, if people chose it.
            NameGrammar.isId(bundle.id()) ? bundle.id() : name,
            pod.map(PodContainer::name).orElse(name),
            image(bundle, facts, pod.isPresent()),
            facts.map(said -> labels(said, pod)),
            state.word(),
            state.pid(),
            way),
        evidence(bundle));
  }

  private static Image image(Bundle bundle, Optional<ContainerFacts> facts, boolean pods) {
    String name = pods ? PodContainer.image(bundle) : facts.map(ContainerFacts::image).orElse("");
    return new Image(name, "");
  }

  /** A pod's labels, and those that every runtime of Kubernetes sets. */
  private static Map<String, String> labels(ContainerFacts facts, Optional<PodContainer> pod) {
    Map<String, String> labels = new HashMap<>(facts.labels());
    pod.ifPresent(
        place -> {
          labels.put("io.kubernetes.pod.namespace", place.namespace());
          labels.put("io.kubernetes.pod.name", place.pod());
          labels.put("io.kubernetes.container.name", place.container());
        });
    return labels;
  }

  /** The process is in the control group that the bundle names, which is for it alone. */
  private static Evidence evidence(Bundle bundle) {
    return new Evidence.InGroup(
        GroupPaths.ofBundle(bundle.cgroup(), bundle.id()).stream().toList());
  }
}
