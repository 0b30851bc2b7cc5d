package dev.dbg.nativetests.scene.engine;

import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Task;
import dev.dbg.resolve.containerd.Grpc;
import dev.dbg.resolve.containerd.ProtobufFields;
import dev.dbg.resolve.containerd.ProtobufMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Kubernetes pods, made as a kubelet makes them: by the CRI, {@code runtime.v1.RuntimeService} of
 * its api.proto.
 */
public final class Pods {
  private static final int POD = 0;
  private static final int CONTAINER = 1;
  private static final int NODE = 2;

  private final Containerd containerd;
  private final Path logs;
  private final String image;
  private final List<Pod> pods = new ArrayList<>();

  Pods(Containerd containerd, Path directory, String image) {
    this.containerd = containerd;
    this.logs = directory.resolve("log/pods");
    this.image = image;
  }

  /**
   * What distinguishes pods.
   *
   * @param hostNetwork as in a pod's specification
   * @param sharesProcesses shareProcessNamespace of a pod's specification
   */
  public record PodOptions(
      boolean hostNetwork,
      boolean sharesProcesses,
      Map<String, String> labels,
      Map<String, String> annotations) {
    public static final PodOptions NONE = new PodOptions(false, false, Map.of(), Map.of());

    public PodOptions onHostNetwork() {
      return new PodOptions(true, sharesProcesses, labels, annotations);
    }

    public PodOptions sharingProcesses() {
      return new PodOptions(hostNetwork, true, labels, annotations);
    }

    public PodOptions labelled(String key, String value) {
      Map<String, String> more = new HashMap<>(labels);
      more.put(key, value);
      return new PodOptions(hostNetwork, sharesProcesses, more, annotations);
    }

    public PodOptions annotated(String key, String value) {
      return new PodOptions(hostNetwork, sharesProcesses, labels, Map.of(key, value));
    }

    private ProtobufMessage namespaces() {
      return new ProtobufMessage()
          .with(1, hostNetwork ? NODE : POD)
          .with(2, sharesProcesses ? POD : CONTAINER);
    }
  }

  /** The directory of the logs of a pod of this name. */
  public Path logs(String pod) {
    return logs.resolve(pod);
  }

  /** A pod that runs. */
  public final class Pod {
    private final String namespace;
    private final String name;
    private final String sandbox;
    private final ProtobufMessage config;
    private final PodOptions options;

    private Pod(
        String namespace, String name, String sandbox, ProtobufMessage config, PodOptions options) {
      this.namespace = namespace;
      this.name = name;
      this.sandbox = sandbox;
      this.config = config;
      this.options = options;
    }

    /** The container that holds the pod's namespaces. */
    public Task sandbox() {
      return containerd.task("cri://" + sandbox, "k8s.io", sandbox);
    }

    /** Starts the server, the first attempt of a container of this name. */
    public Task starts(String container) {
      return starts(container, 0, "/server");
    }

    /** Starts a test program. */
    public Task starts(String container, int attempt, String... command) {
      ProtobufMessage security = new ProtobufMessage().with(3, options.namespaces());
      ProtobufMessage settings =
          new ProtobufMessage()
              .with(1, new ProtobufMessage().with(1, container).with(2, attempt))
              .with(2, new ProtobufMessage().with(1, image))
              .with(11, container + "/" + attempt + ".log")
              .with(15, new ProtobufMessage().with(2, security));
      for (String word : command) {
        ProtobufMessage _ = settings.with(3, word);
      }
      String id =
          call(
              "CreateContainer",
              new ProtobufMessage().with(1, sandbox).with(2, settings).with(3, config));
      String _ = call("StartContainer", new ProtobufMessage().with(1, id));
      return containerd.task("k8s://%s/%s/%s".formatted(namespace, name, container), "k8s.io", id);
    }

    /** Ends a container; as after a crash, it stays listed by the CRI. */
    public void stops(Task container) {
      String _ = call("StopContainer", new ProtobufMessage().with(1, container.id()).with(2, 1));
    }

    /** containerd refuses while it handles the end of a process; a kubelet tries again, too. */
    public void isRemoved() {
      ProtobufMessage pod = new ProtobufMessage().with(1, sandbox);
      Patience.until(
          "containerd removes the pod",
          () ->
              answer("StopPodSandbox", pod).isPresent()
                  && answer("RemovePodSandbox", pod).isPresent());
      pods.remove(this);
    }
  }

  /** Starts a pod, without containers. */
  public Pod starts(String namespace, String name, PodOptions options) {
    ProtobufMessage metadata =
        new ProtobufMessage().with(1, name).with(2, "uid-of-" + name).with(3, namespace);
    ProtobufMessage security = new ProtobufMessage().with(1, options.namespaces());
    ProtobufMessage config =
        new ProtobufMessage()
            .with(1, metadata)
            .with(2, options.hostNetwork() ? "" : name)
            .with(3, logs(name).toString())
            .with(8, new ProtobufMessage().with(2, security));
    options.labels().forEach((key, value) -> config.with(6, entry(key, value)));
    options.annotations().forEach((key, value) -> config.with(7, entry(key, value)));
    String sandbox = call("RunPodSandbox", new ProtobufMessage().with(1, config));
    Pod pod = new Pod(namespace, name, sandbox, config, options);
    pods.add(pod);
    return pod;
  }

  private static ProtobufMessage entry(String key, String value) {
    return new ProtobufMessage().with(1, key).with(2, value);
  }

  /** Calls a method, and returns the first field of the response: an id. */
  private String call(String method, ProtobufMessage request) {
    byte[] response =
        answer(method, request)
            .orElseThrow(
                () -> new AssertionError(method + " is refused; containerd's log says why"));
    try {
      return ProtobufFields.of(response).text(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The response; empty if the call is refused. */
  private Optional<byte[]> answer(String method, ProtobufMessage request) {
    try {
      return Grpc.call(
          containerd.socket(),
          "/runtime.v1.RuntimeService/" + method,
          Map.of(),
          request.bytes(),
          Patience.WITHIN,
          1 << 23);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void removeAll() {
    List.copyOf(pods).forEach(Pod::isRemoved);
  }
}
