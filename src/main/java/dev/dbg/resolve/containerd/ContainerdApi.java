package dev.dbg.resolve.containerd;

import dev.dbg.resolve.container.RuntimeBackoff;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.stopped.SnapshotFiles;
import dev.dbg.resolve.stopped.StoppedFiles;
import dev.dbg.resolve.untrusted.Allowance;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What only containerd itself knows, by gRPC: the labels and the image of a container, and the
 * labels of a pod, which its CRI has. The bundles have the rest.
 *
 * <p>For any thread. An answer may have megabytes, so there is one list at a time, and one answer
 * about a container. After containerd has kept a request waiting, sessions do not ask it until it
 * answers again.
 */
final class ContainerdApi {
  private static final Duration WITHIN = Duration.ofMillis(500);
  private static final Duration LONG = Duration.ofMillis(200);
  private static final String CONTAINERS = "/containerd.services.containers.v1.Containers/";
  private static final String VERSION = "/containerd.services.version.v1.Version/Version";
  private static final String NAMESPACES = "/containerd.services.namespaces.v1.Namespaces/List";
  private static final String MOUNTS = "/containerd.services.snapshots.v1.Snapshots/Mounts";
  private static final String PODS = "/runtime.v1.RuntimeService/ListPodSandbox";

  /** A container's message, and the labels in it, of which more are not kept. */
  private static final int LARGEST = 1 << 20;

  /** An answer about one container has little beside it. */
  private static final int LARGEST_ALONE = LARGEST + (1 << 12);

  private static final int MOST_LABELS = 512;

  /** A message without fields. */
  private static final byte[] ABOUT_ALL = {};

  private final Path socket;
  private final RuntimeBackoff silence = RuntimeBackoff.endedBy("containerd", this::asksIfThere);

  ContainerdApi(Path socket) {
    this.socket = socket;
  }

  /**
   * What is known of a container or a pod.
   *
   * @param annotations a pod's; a container has none
   * @param image the image's name; a pod has none
   * @param runtime the name of its shim, as {@code io.containerd.runc.v2}; a pod has none
   */
  record ContainerFacts(
      String id,
      Map<String, String> labels,
      Map<String, String> annotations,
      String image,
      String runtime) {
    ContainerFacts {
      labels = Map.copyOf(labels);
      annotations = Map.copyOf(annotations);
    }

    /** A {@code containerd.services.containers.v1.Container}. */
    private static ContainerFacts ofContainer(ProtobufFields container) throws IOException {
      return new ContainerFacts(
          container.text(1),
          container.map(2),
          Map.of(),
          container.text(3),
          container.message(4).text(1));
    }

    /** A {@code runtime.v1.PodSandbox}. */
    private static ContainerFacts ofPod(ProtobufFields pod) throws IOException {
      return new ContainerFacts(pod.text(1), pod.map(5), pod.map(6), "", "");
    }
  }

  private interface FactsParser {
    ContainerFacts parse(ProtobufFields message) throws IOException;
  }

  /** A container as it is now: its labels can be changed. Empty if containerd does not say. */
  Optional<ContainerFacts> container(String namespace, String id) {
    return Optional.ofNullable(
        ask(CONTAINERS + "Get", namespace, about(id), ContainerFacts::ofContainer).get(id));
  }

  /**
   * A message with strings as its first fields: of each its tag, its length in one byte, itself.
   */
  private static byte[] about(String... fields) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i++) {
      byte[] text = fields[i].getBytes(StandardCharsets.US_ASCII);
      message.write(((i + 1) << 3) | ProtobufFields.LENGTH);
      message.write(text.length);
      message.writeBytes(text);
    }
    return message.toByteArray();
  }

  /** All containers of a namespace by their ids; empty if containerd does not say. */
  Map<String, ContainerFacts> containers(String namespace) {
    return ask(CONTAINERS + "List", namespace, ABOUT_ALL, ContainerFacts::ofContainer);
  }

  /** All pods by the ids of their sandboxes; empty if the CRI does not say. */
  Map<String, ContainerFacts> pods() {
    return ask(PODS, Bundle.PODS, ABOUT_ALL, ContainerFacts::ofPod);
  }

  /** All containers, with a task or without. */
  Map<Bundle, Optional<ContainerFacts>> stored() throws RuntimeUnavailable {
    Map<Bundle, Optional<ContainerFacts>> all = new HashMap<>();
    List<String> namespaces = new ArrayList<>();
    boolean whole = each(NAMESPACES, "default", ABOUT_ALL, (one, _) -> namespaces.add(one.text(1)));
    namespaces.removeIf(name -> !Bundle.isIdentifier(name) || name.equals(Bundle.DOCKERS));
    for (String namespace : namespaces) {
      whole &=
          each(
              CONTAINERS + "List",
              namespace,
              ABOUT_ALL,
              (one, allowance) ->
                  all.put(
                      Bundle.taskless(namespace, one, allowance),
                      bounded(one, ContainerFacts::ofContainer, allowance)));
    }
    if (!whole && Files.exists(socket)) {
      throw new RuntimeUnavailable(
          "containerd does not tell its containers that do not run, or more than dbg reads");
    }
    return all;
  }

  /** One of them, by its id; empty if containerd does not say that it has it. */
  Optional<Bundle> stored(String namespace, String id) {
    List<Bundle> found = new ArrayList<>();
    if (Bundle.isIdentifier(id)) { // its length is one byte of the request
      each(
          CONTAINERS + "Get",
          namespace,
          about(id),
          (one, allowance) -> found.add(Bundle.taskless(namespace, one, allowance)));
    }
    return found.stream().filter(one -> one.id().equals(id)).findFirst();
  }

  /**
   * The files of a container; empty if containerd does not say that it has it.
   *
   * @param meant whether it is still the one that was decided on, by what is known of it now
   */
  Optional<StoppedFiles> files(
      String namespace, String id, Predicate<Optional<ContainerFacts>> meant) throws IOException {
    List<ProtobufFields> found = new ArrayList<>();
    List<Optional<ContainerFacts>> facts = new ArrayList<>();
    each(
        CONTAINERS + "Get",
        namespace,
        about(id),
        (one, allowance) -> {
          facts.add(bounded(one, ContainerFacts::ofContainer, allowance));
          found.add(one);
        });
    if (found.isEmpty() || !found.getFirst().text(1).equals(id)) {
      return Optional.empty();
    }
    if (!meant.test(facts.getFirst())) {
      throw new IOException("another container has got its name just now");
    }
    ProtobufFields container = found.getFirst();
    String key = container.text(7);
    if (key.isEmpty() || key.length() > Byte.MAX_VALUE) {
      throw new IOException("containerd has no snapshot of it");
    }
    found.clear();
    each(MOUNTS, namespace, about(container.text(6), key), (one, _) -> found.add(one));
    if (found.size() != 1) {
      throw new IOException("containerd tells %d mounts of it, not one".formatted(found.size()));
    }
    ProtobufFields mount = found.getFirst();
    List<String> options =
        mount.all(4).stream().map(one -> new String(one, StandardCharsets.UTF_8)).toList();
    return Optional.of(
        SnapshotFiles.of(mount.text(1), mount.text(2), options, Bundle.specification(container)));
  }

  /** Its version: {@code 1.7.24}. */
  String version() throws RuntimeUnavailable {
    try {
      Optional<byte[]> answer = Grpc.call(socket, VERSION, Map.of(), ABOUT_ALL, WITHIN, LARGEST);
      return ProtobufFields.of(answer.orElse(new byte[0])).text(1);
    } catch (IOException e) {
      throw new RuntimeUnavailable(
          "containerd does not answer at %s: %s: its containers are found without their labels"
              .formatted(socket, e.getMessage()));
    }
  }

  /** The elements of the answer's first field, by their ids. */
  private Map<String, ContainerFacts> ask(
      String method, String namespace, byte[] request, FactsParser parser) {
    Map<String, ContainerFacts> all = new HashMap<>();
    boolean whole =
        each(
            method,
            namespace,
            request,
            (element, allowance) ->
                bounded(element, parser, allowance).ifPresent(facts -> all.put(facts.id(), facts)));
    return whole ? all : Map.of();
  }

  /** Takes an element of the answer's first field. */
  private interface AnswerElements {
    void take(ProtobufFields element, Allowance allowance) throws IOException;
  }

  /** Hands over the elements of the answer's first field; whether that is all that it has. */
  private boolean each(String method, String namespace, byte[] request, AnswerElements use) {
    if (request.length > 0) {
      synchronized (this) {
        return each(method, namespace, request, LARGEST_ALONE, Allowance.ofOne(), use);
      }
    }
    try (Allowance allowance = Allowance.ofRuntime()) {
      allowance.awaitTurn();
      return each(method, namespace, request, Grpc.LONGEST_ANSWER, allowance, use);
    } catch (IOException e) {
      return false;
    }
  }

  private boolean each(
      String method,
      String namespace,
      byte[] request,
      int longest,
      Allowance allowance,
      AnswerElements use) {
    long start = System.nanoTime();
    if (silence.why().isPresent() || !Files.exists(socket)) {
      return false;
    }
    try {
      Map<String, String> metadata = Map.of("containerd-namespace", namespace);
      Optional<byte[]> answer = Grpc.call(socket, method, metadata, request, WITHIN, longest);
      for (byte[] element : ProtobufFields.of(answer.orElse(new byte[0])).all(1)) {
        allowance.take(Allowance.CONTAINER);
        try {
          if (element.length <= LARGEST) {
            use.take(ProtobufFields.of(element), allowance);
          }
        } catch (IOException e) {
          // It alone is left out. If nothing is left of the allowance, the next one fails.
        }
      }
      return true;
    } catch (IOException e) {
      if (System.nanoTime() - start > LONG.toNanos()) {
        silence.begins(String.valueOf(e.getMessage()));
      }
      return false;
    }
  }

  /** Empty if an image or a pod has so many labels that they are not kept: they are unknown. */
  private static Optional<ContainerFacts> bounded(
      ProtobufFields message, FactsParser parser, Allowance allowance) throws IOException {
    if (!allowance.hasRoomForLabels()) {
      return Optional.empty();
    }
    ContainerFacts facts = parser.parse(message);
    if (facts.labels().size() + facts.annotations().size() > MOST_LABELS) {
      return Optional.empty();
    }
    for (Map<String, String> labels : List.of(facts.labels(), facts.annotations())) {
      for (Map.Entry<String, String> label : labels.entrySet()) {
        allowance.takeLabel(label.getKey(), label.getValue());
      }
    }
    return Optional.of(facts);
  }

  private void asksIfThere() throws RuntimeUnavailable {
    if (Files.exists(socket)) {
      String _ = version();
    }
  }
}
