package dev.dbg.resolve.containerd;

import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.Proof;
import dev.dbg.resolve.containerd.ContainerdApi.ContainerFacts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A container of containerd as the target that rules and records see. */
final class ContainerdTarget {
  private static final Pattern UNIQUE = Pattern.compile("[0-9a-f]{64}");

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
            UNIQUE.matcher(bundle.id()).matches() ? bundle.id() : name,
            pod.map(PodContainer::name).orElse(name),
            image(bundle, facts, pod.isPresent()),
            facts.map(said -> labels(said, pod)),
            state.word(),
            state.pid(),
            way),
        proof(bundle));
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

  /**
   * The process is in the container's control group, or it is not younger than the file with its
   * pid. The path of the group proves something only if it is for this container alone.
   */
  private static Proof proof(Bundle bundle) {
    List<Proof> proofs = new ArrayList<>();
    if (UNIQUE.matcher(bundle.id()).matches()) {
      proofs.add(new Proof.GroupOfId(bundle.id()));
    } else if (bundle.cgroup().endsWith("/" + bundle.id())) {
      proofs.add(new Proof.GroupPath(bundle.cgroup()));
    }
    proofs.add(new Proof.NotYounger(Instant.ofEpochSecond(0, bundle.started()).toString()));
    return new Proof.AnyOf(proofs);
  }
}
