package dev.dbg.resolve.containerd;

import dev.dbg.resolve.container.Allowance;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.container.Silence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What only containerd itself knows, by gRPC: the labels and the image of a container, and the
 * labels of a pod, which its CRI has. The bundles have the rest.
 *
 * <p>For any thread. After containerd has kept a request waiting, sessions do not ask it until it
 * answers again.
 */
final class ContainerdApi {
  private static final Duration WITHIN = Duration.ofMillis(500);
  private static final Duration LONG = Duration.ofMillis(200);
  private static final String CONTAINERS = "/containerd.services.containers.v1.Containers/";
  private static final String VERSION = "/containerd.services.version.v1.Version/Version";
  private static final String PODS = "/runtime.v1.RuntimeService/ListPodSandbox";

  /** A container's message, and the labels in it, of which more are not kept. */
  private static final int LARGEST = 1 << 20;

  private static final int MOST_LABELS = 512;

  /** A message without fields. */
  private static final byte[] ABOUT_ALL = {};

  private final Path socket;
  private final Silence silence = Silence.endedBy("containerd", this::asksIfThere);

  ContainerdApi(Path socket) {
    this.socket = socket;
  }

  /**
   * What is known of a container or a pod.
   *
   * @param annotations a pod's; a container has none
   * @param image the image's name; a pod has none
   */
  record ContainerFacts(
      String id, Map<String, String> labels, Map<String, String> annotations, String image) {
    ContainerFacts {
      labels = Map.copyOf(labels);
      annotations = Map.copyOf(annotations);
    }

    /** A {@code containerd.services.containers.v1.Container}. */
    private static ContainerFacts ofContainer(ProtobufFields container) throws IOException {
      return new ContainerFacts(container.text(1), container.map(2), Map.of(), container.text(3));
    }

    /** A {@code runtime.v1.PodSandbox}. */
    private static ContainerFacts ofPod(ProtobufFields pod) throws IOException {
      return new ContainerFacts(pod.text(1), pod.map(5), pod.map(6), "");
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
   * A message with a string as its first field: its tag, its length in one byte, and the string.
   */
  private static byte[] about(String id) {
    byte[] text = id.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(2 + text.length)
        .put((byte) 0x0A)
        .put((byte) text.length)
        .put(text)
        .array();
  }

  /** All containers of a namespace by their ids; empty if containerd does not say. */
  Map<String, ContainerFacts> containers(String namespace) {
    return ask(CONTAINERS + "List", namespace, ABOUT_ALL, ContainerFacts::ofContainer);
  }

  /** All pods by the ids of their sandboxes; empty if the CRI does not say. */
  Map<String, ContainerFacts> pods() {
    return ask(PODS, Bundle.PODS, ABOUT_ALL, ContainerFacts::ofPod);
  }

  /** Its version: {@code 1.7.24}. */
  String version() throws RuntimeUnavailable {
    try {
      Optional<byte[]> answer = Grpc.call(socket, VERSION, Map.of(), ABOUT_ALL, WITHIN);
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
    long start = System.nanoTime();
    if (silence.why().isPresent() || !Files.exists(socket)) {
      return Map.of();
    }
    Map<String, ContainerFacts> all = new HashMap<>();
    try {
      Map<String, String> metadata = Map.of("containerd-namespace", namespace);
      Optional<byte[]> answer = Grpc.call(socket, method, metadata, request, WITHIN);
      Allowance allowance = Allowance.ofRuntime();
      for (byte[] element : ProtobufFields.of(answer.orElse(new byte[0])).all(1)) {
        allowance.take(Allowance.CONTAINER);
        bounded(element, parser, allowance).ifPresent(facts -> all.put(facts.id(), facts));
      }
    } catch (IOException e) {
      if (System.nanoTime() - start > LONG.toNanos()) {
        silence.begins(String.valueOf(e.getMessage()));
      }
      return Map.of();
    }
    return all;
  }

  /** Empty if an image or a pod has so many labels that they are not kept: they are unknown. */
  private static Optional<ContainerFacts> bounded(
      byte[] message, FactsParser parser, Allowance allowance) throws IOException {
    if (message.length > LARGEST || !allowance.hasRoomForLabels()) {
      return Optional.empty();
    }
    ContainerFacts facts;
    try {
      facts = parser.parse(ProtobufFields.of(message));
    } catch (IOException e) {
      return Optional.empty();
    }
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
