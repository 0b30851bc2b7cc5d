package dev.dbg.resolve.containerd;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.GroupPaths;
import dev.dbg.resolve.container.NameGrammar;
import dev.dbg.resolve.containerd.ContainerdApi.ContainerFacts;
import dev.dbg.resolve.untrusted.Allowance;
import dev.dbg.resolve.untrusted.AllowanceExceeded;
import dev.dbg.resolve.untrusted.JsonFields;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A container as containerd keeps it while it has a task: the directory {@code NAMESPACE/ID} with
 * the runtime's {@code config.json}, and the pid of its first process in {@code init.pid}. Both are
 * written by root, once, when the container is created.
 *
 * @param namespace containerd's namespace: {@code default}, {@code k8s.io}
 * @param annotations of {@code config.json}; the only source of a pod's name
 * @param cgroup its control group, as {@code linux.cgroupsPath} names it; empty for the runtime's
 *     choice
 * @param pid 0 if there is no {@code init.pid}: it is being created, or its runtime, as that of a
 *     virtual machine, tells of no process
 * @param started when {@code init.pid} was written, in nanoseconds since 1970: not before the
 *     process was started
 * @param identity the inode and the change time of the directory
 */
record Bundle(
    String namespace,
    String id,
    Map<String, String> annotations,
    String cgroup,
    int pid,
    long started,
    FileStamp identity) {
  /** containerd's pods; of other namespaces no annotation makes a container a pod's. */
  static final String PODS = "k8s.io";

  /** dockerd's containers, which Docker's API describes. */
  static final String DOCKERS = "moby";

  private static final int SMALL = 4096;

  /** Identifiers of containerd, which become parts of paths. */
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*+");

  private static final int LONGEST_IDENTIFIER = 76;
  private static final Set<String> CONFIG = Set.of("annotations.*", "linux.cgroupsPath");

  Bundle {
    annotations = Map.copyOf(annotations);
  }

  static boolean isIdentifier(String name) {
    return name.length() <= LONGEST_IDENTIFIER && IDENTIFIER.matcher(name).matches();
  }

  /**
   * Reads a bundle.
   *
   * @param tasks the directory of all namespaces
   * @throws AllowanceExceeded if its annotations are more than is kept of one
   * @throws IOException if it is not there, not root's, or not complete: it is being created or
   *     removed
   */
  static Bundle read(OwnedTree tasks, String namespace, String id) throws IOException {
    try (OwnedTree directory = tasks.directory(namespace + "/" + id)) {
      FileStamp identity = FileStamp.of(directory.status());
      JsonFields config =
          directory.read("config.json", json -> JsonFields.of(json, CONFIG, Allowance.ofOne()));
      Optional<OwnedTree.Content> pid =
          KernelException.ifThere(() -> directory.read("init.pid", SMALL));
      return new Bundle(
          namespace,
          id,
          // Without one of them, an exception of a rule might miss a pod's container.
          config.all("annotations").orElseThrow(AllowanceExceeded::new),
          config.text("linux.cgroupsPath"),
          pid.isPresent() ? number(pid.get().text().strip()) : 0,
          pid.map(OwnedTree.Content::changed).orElse(identity.changed()),
          identity);
    }
  }

  /** The same of a {@code containerd.services.containers.v1.Container} without a task. */
  static Bundle taskless(String namespace, ProtobufFields container, Allowance allowance)
      throws IOException {
    InputStream config = new ByteArrayInputStream(specification(container));
    Map<String, String> annotations =
        JsonFields.of(config, CONFIG, allowance)
            .all("annotations")
            .orElseThrow(AllowanceExceeded::new);
    ProtobufFields time = container.message(8);
    long created = time.number(1) * 1_000_000_000L + time.number(2);
    String id = container.text(1);
    return new Bundle(namespace, id, annotations, "", 0, created, FileStamp.MISSING);
  }

  /** Its {@code config.json}, in a {@code google.protobuf.Any}. */
  static byte[] specification(ProtobufFields container) throws IOException {
    List<byte[]> values = container.message(5).all(2);
    return values.isEmpty() ? new byte[0] : values.getLast();
  }

  private static int number(String text) throws IOException {
    try {
      int number = Integer.parseInt(text);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Not complete.
    }
    throw new IOException("init.pid has no pid");
  }

  String annotation(String name) {
    return annotations.getOrDefault(name, "");
  }

  /**
   * The container as the target that rules and records see: it runs, if its process does.
   *
   * @param facts of a container in a pod, the pod's; empty if containerd has not said
   */
  FoundContainer found(Optional<ContainerFacts> facts, ResolvedBy way) {
    Optional<PodContainer> pod = PodContainer.of(this);
    String name = namespace + "/" + id;
    Image image =
        new Image(
            pod.isPresent()
                ? PodContainer.image(this)
                : facts.map(ContainerFacts::image).orElse(""),
            "");
    Target target =
        new Target(
                pod.isPresent() ? TypedName.KUBERNETES : TypedName.CONTAINERD,
                Optional.empty(),
                // Two namespaces may have the same id, if people chose it.
                NameGrammar.isId(id) ? id : name,
                pod.map(PodContainer::name).orElse(name),
                image,
                facts.map(said -> labels(said, pod)),
                "running",
                pid,
                way)
            .runBy(facts.map(ContainerFacts::runtime).orElse(""));
    return new FoundContainer(
        pod.map(place -> target.in(new Target.Pod(place.uid(), Optional.empty()))).orElse(target),
        // The process is in the control group that the bundle names, which is for it alone.
        new Evidence.InGroup(GroupPaths.ofBundle(cgroup, id).stream().toList()));
  }

  /** A pod's labels, and those that every runtime of Kubernetes sets. */
  private static Map<String, String> labels(ContainerFacts facts, Optional<PodContainer> pod) {
    Map<String, String> labels = new HashMap<>(facts.labels());
    pod.ifPresent(
        place -> {
          labels.put(Target.POD_NAMESPACE, place.namespace());
          labels.put("io.kubernetes.pod.name", place.pod());
          labels.put("io.kubernetes.container.name", place.container());
        });
    return labels;
  }
}
