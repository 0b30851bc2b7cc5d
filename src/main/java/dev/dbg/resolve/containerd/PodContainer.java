package dev.dbg.resolve.containerd;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A container's place in Kubernetes, as the CRI of containerd writes it into the bundle, or CRI-O
 * into the lists of its storage.
 *
 * @param uid the pod's; empty before containerd 1.7
 */
record PodContainer(String namespace, String pod, String uid, String container) {
  private static final String CRI = "io.kubernetes.cri.";

  /** Kubernetes permits no others; with a slash in one, a name would mean two containers. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?");

  /** It becomes part of a path. */
  private static final Pattern UID = Pattern.compile("[A-Za-z0-9-]*");

  /** Empty for a container of no pod, and for the sandbox itself. */
  static Optional<PodContainer> of(Bundle bundle) {
    return bundle.namespace().equals(Bundle.PODS) && !isSandbox(bundle)
        ? named(
            bundle.annotation(CRI + "sandbox-namespace"),
            bundle.annotation(CRI + "sandbox-name"),
            bundle.annotation(CRI + "sandbox-uid"),
            bundle.annotation(CRI + "container-name"))
        : Optional.empty();
  }

  /** Empty if Kubernetes gives no such names. */
  static Optional<PodContainer> named(String namespace, String pod, String uid, String container) {
    return Stream.of(namespace, pod, container).allMatch(name -> NAME.matcher(name).matches())
            && UID.matcher(uid).matches()
        ? Optional.of(new PodContainer(namespace, pod, uid, container))
        : Optional.empty();
  }

  /** Whether the container runs nothing but holds the namespaces of a pod. */
  static boolean isSandbox(Bundle bundle) {
    return bundle.namespace().equals(Bundle.PODS)
        && bundle.annotation(CRI + "container-type").equals("sandbox");
  }

  /**
   * The image, by the name that the pod's specification has; before containerd 2, by the first of
   * all names that the node has for it.
   */
  static String image(Bundle bundle) {
    return bundle.annotation(CRI + "image-name");
  }

  /** The sandbox of a container or of the sandbox itself; empty outside of a pod. */
  static Optional<String> sandbox(Bundle bundle) {
    String id = bundle.annotation(CRI + "sandbox-id");
    return bundle.namespace().equals(Bundle.PODS) && !id.isEmpty()
        ? Optional.of(id)
        : Optional.empty();
  }

  /** Where the kubelet has the logs of a pod, by its sandbox; empty if nowhere. */
  static String logs(Bundle sandbox) {
    return sandbox.annotation(CRI + "sandbox-log-directory");
  }

  /** The directory that the kubelet makes for the logs of the pod, below that of all logs. */
  String logs() {
    return namespace + "_" + pod + "_" + uid;
  }

  /** NAMESPACE/POD/CONTAINER. */
  String name() {
    return namespace + "/" + pod + "/" + container;
  }
}
