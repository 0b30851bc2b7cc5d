package dev.dbg.model;

import java.util.Map;
import java.util.Optional;

/**
 * A container as its runtime describes it at one moment.
 *
 * @param runtime {@code docker}, {@code podman}, or {@code pid} for a bare process
 * @param owner the user whose runtime it is; empty for root
 * @param id the runtime's full id; for {@code pid} the number
 * @param name the name without a leading slash; for {@code pid} the number
 * @param labels empty if they are not known
 * @param state the runtime's word: {@code running}, {@code exited}, …
 * @param status the state as the runtime tells it to people: {@code Up 3 minutes (healthy)}
 * @param pid the container's first process, 0 if it is not running
 * @param way how it was found
 * @param pod empty for a container of no pod
 * @param oci what makes its processes, as its engine names it: {@code runc}; empty if that is not
 *     known
 */
public record Target(
    String runtime,
    Optional<Owner> owner,
    String id,
    String name,
    Image image,
    Optional<Map<String, String>> labels,
    String state,
    String status,
    int pid,
    ResolvedBy way,
    Optional<Pod> pod,
    String oci) {
  /**
   * The pod that a container of Kubernetes is in; the container's name begins with its namespace
   * and name.
   *
   * @param uid as the kubelet gave it to the runtime; empty if the runtime does not keep it
   * @param namespaceLabels empty if they are not known: only the API server has them
   */
  public record Pod(String uid, Optional<Map<String, String>> namespaceLabels) {}

  /**
   * A user other than root whose own runtime runs a container; its name and labels are the user's
   * claims.
   *
   * @param user the name in the host's user database
   */
  public record Owner(Uid uid, String user) {}

  /** The label that every runtime of Kubernetes gives a pod's containers: the pod's namespace. */
  public static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";

  /** The state of one of which nobody on the host says whether it runs. */
  public static final String UNKNOWN = "unknown";

  private static final String RUNNING = "running";
  private static final String ENDED = "ended";
  private static final int SHORT_ID = 12;

  public Target {
    labels = labels.map(Map::copyOf);
  }

  /** A container of which the runtime tells people nothing but its state. */
  public Target(
      String runtime,
      Optional<Owner> owner,
      String id,
      String name,
      Image image,
      Optional<Map<String, String>> labels,
      String state,
      int pid,
      ResolvedBy way) {
    this(runtime, owner, id, name, image, labels, state, state, pid, way);
  }

  /** A container of no pod. */
  public Target(
      String runtime,
      Optional<Owner> owner,
      String id,
      String name,
      Image image,
      Optional<Map<String, String>> labels,
      String state,
      String status,
      int pid,
      ResolvedBy way) {
    this(runtime, owner, id, name, image, labels, state, status, pid, way, Optional.empty(), "");
  }

  /**
   * Whether it is a pod's. Of Docker's only a label says so, also of the sandbox; an image may have
   * it too, so it narrows, and nothing else is believed of such a pod.
   */
  public boolean isOfPod() {
    return pod.isPresent() || labels.filter(all -> all.containsKey(POD_NAMESPACE)).isPresent();
  }

  /** The same container in this pod. */
  public Target in(Pod its) {
    return new Target(
        runtime, owner, id, name, image, labels, state, status, pid, way, Optional.of(its), oci);
  }

  /** The same container, of which the labels of the pod's namespace are known. */
  public Target inNamespace(Map<String, String> itsLabels) {
    return pod.map(its -> in(new Pod(its.uid(), Optional.of(itsLabels)))).orElse(this);
  }

  /** True also for a paused container, which still has its processes and namespaces. */
  public boolean isRunning() {
    return pid > 0 && isUp();
  }

  /** Whether no process of it is known, and yet nothing says that it has ended. */
  public boolean lacksProcess() {
    return pid == 0 && (isUp() || state.equals(UNKNOWN));
  }

  /** Whether it is no container, but an image, which has nothing but files. */
  public boolean isImage() {
    return runtime.equals(Image.SCHEME);
  }

  /** Whether it runs by its state alone; runtimes list containers without their pids. */
  public boolean isUp() {
    return state.equals(RUNNING) || state.equals("paused");
  }

  /** The same container after its process has ended. */
  public Target ended() {
    return new Target(runtime, owner, id, name, image, labels, ENDED, ENDED, 0, way, pod, oci);
  }

  /** The same container, found in another way. */
  public Target foundBy(ResolvedBy other) {
    return new Target(runtime, owner, id, name, image, labels, state, status, pid, other, pod, oci);
  }

  /** The same container, whose processes this makes: a word of who configured its engine. */
  public Target runBy(String other) {
    return new Target(
        runtime,
        owner,
        id,
        name,
        image,
        labels,
        state,
        status,
        pid,
        way,
        pod,
        QuotedText.of(other));
  }

  /** The same container without labels. */
  public Target unlabelled() {
    return new Target(
        runtime, owner, id, name, image, Optional.of(Map.of()), state, status, pid, way, pod, oci);
  }

  /** SCHEME://[USER/]NAME; ambiguous only among several engines of root. */
  public String address() {
    return runtime + "://" + owner.map(o -> o.user() + TargetName.OF_USER).orElse("") + name;
  }

  /** The first 12 characters of the id; the whole id if people chose it. */
  public String shortId() {
    return id.contains("/") ? id : id.substring(0, Math.min(SHORT_ID, id.length()));
  }
}
