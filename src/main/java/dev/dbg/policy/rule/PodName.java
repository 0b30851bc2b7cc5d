package dev.dbg.policy.rule;

import dev.dbg.model.Glob;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import java.util.List;
import java.util.Optional;

/**
 * The names of containers in Kubernetes: {@code NAMESPACE/POD/CONTAINER}, of which people write and
 * type parts. The containers of containerd have names with a slash too: {@code NAMESPACE/ID}.
 */
final class PodName {
  static final String SCHEME = "k8s";

  private static final List<String> WITH_PARTS = List.of(SCHEME, "containerd", "cri");

  private PodName() {}

  /** Whether a pattern has no part for the container: {@code prod/shop}, {@code *}. */
  static boolean isWithoutContainer(Glob glob) {
    return glob.toString().chars().filter(c -> c == '/').count() < 2;
  }

  /** Whether a pattern matches NAMESPACE/POD of a container's name. */
  static boolean isOfPod(Glob glob, String name) {
    return glob.matches(name.substring(0, Math.max(0, name.lastIndexOf('/'))));
  }

  /** Whether a pattern matches the pod of every container that has this name as typed. */
  static boolean isPod(Glob glob, String typed) {
    List<String> parts = List.of(typed.split("/", -1));
    return switch (parts.size()) {
      case 2 -> glob.matches(typed);
      case 3 -> isOfPod(glob, typed);
      default -> glob.matchesAll();
    };
  }

  static String namespace(String name) {
    return name.substring(0, Math.max(0, name.indexOf('/')));
  }

  /**
   * Whether a container of Docker's has a name as a kubelet gives it: {@code
   * k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT}. Who starts a container names it, not its image.
   */
  static boolean isKubelets(Target target) {
    return target.runtime().equals("docker") && target.name().startsWith("k8s_");
  }

  /** Returns true if the typed name could be a part of a name that such a pattern matches. */
  static boolean mightBePart(Optional<String> runtime, TargetName typed) {
    return runtime.map(WITH_PARTS::contains).orElse(true)
        && typed.scheme().map(WITH_PARTS::contains).orElse(true);
  }
}
