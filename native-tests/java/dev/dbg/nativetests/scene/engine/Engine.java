package dev.dbg.nativetests.scene.engine;

import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Client;
import dev.dbg.nativetests.scene.target.Container;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real engine, used through Docker's client: Docker's, or Podman's Docker-compatible socket. */
public final class Engine implements Client {
  /** An option for a container with a network, which others have not unless an option names one. */
  public static final String BRIDGED = "--network=bridge";

  private static final String LABEL = "dev.dbg.tests";

  private final String scheme;
  private final Path socket;
  private final List<Container> containers = new ArrayList<>();
  private final Set<String> images = new HashSet<>();
  private @Nullable Image server;

  public Engine(String scheme, Path socket) {
    this.scheme = scheme;
    this.socket = socket;
  }

  /** The path of its socket. */
  public Path socket() {
    return socket;
  }

  /** The word that an operator types before {@code ://}. */
  public String scheme() {
    return scheme;
  }

  /**
   * Starts the server, one of the few programs of its image, in a container.
   *
   * @param options options of {@code docker run}
   */
  public Container starts(String name, String... options) {
    return starts(name, List.of(options), "/server").listens();
  }

  /** Starts a test program in a container. */
  public Container starts(String name, List<String> options, String... command) {
    if (server == null) {
      server = Image.named("server");
    }
    return starts(name, server, options, command);
  }

  /** Starts a program of an image in a container; an image of each name is made once. */
  public Container starts(String name, Image image, List<String> options, String... command) {
    make(image);
    List<String> words = new ArrayList<>(List.of("run", "--detach", "--name", name));
    words.addAll(List.of("--label", LABEL));
    // A bridge's end takes an engine as long as all else that a container needs.
    if (options.stream().noneMatch(option -> option.startsWith("--network"))) {
      words.add("--network=none");
    }
    words.addAll(options);
    words.add(image.name());
    words.addAll(List.of(command));
    Container container = new Container(this, name, begins(name, words));
    containers.add(container);
    return container;
  }

  /**
   * Once more, and said, where runc's own first process was gone before it was a container, as once
   * in a busy run; why is not known.
   */
  private String begins(String name, List<String> words) {
    try {
      return client(words);
    } catch (IllegalStateException e) {
      if (!String.valueOf(e.getMessage()).contains("waiting for init preliminary setup")) {
        throw e;
      }
      System.out.println("started once more: " + e.getMessage());
      String _ = client(List.of("rm", "--force", name));
      return client(words);
    }
  }

  /** Makes it the only node of a swarm, which listens on loopback. */
  public void beginsSwarm() {
    String _ =
        client(
            List.of(
                "swarm",
                "init",
                "--advertise-addr",
                "127.0.0.1",
                "--listen-addr",
                "127.0.0.1:22377"));
  }

  /**
   * Starts a service of its swarm, in the host's network, whose program waits.
   *
   * @return its running tasks' containers, in no order
   */
  public List<Container> serves(String service, int replicas) {
    Image image = Image.named("server");
    make(image);
    String _ =
        client(
            List.of(
                "service",
                "create",
                "--detach",
                "--no-resolve-image",
                "--name",
                service,
                "--replicas",
                Integer.toString(replicas),
                "--network",
                "host",
                "--hostname",
                "{{.Task.Name}}",
                image.name(),
                "/act",
                "wait"));
    List<String> list =
        List.of("ps", "--filter", "label=com.docker.swarm.service.name=" + service, "--format");
    Supplier<List<String>> names =
        () ->
            client(Stream.concat(list.stream(), Stream.of("{{.Names}}")).toList()).lines().toList();
    Patience.until("the tasks run", () -> names.get().size() == replicas);
    return names.get().stream()
        .map(
            name ->
                new Container(this, name, client(List.of("inspect", "--format", "{{.Id}}", name))))
        .toList();
  }

  private void make(Image image) {
    if (images.add(image.name())) {
      String archive = image.archive().toString();
      String _ =
          client(List.of("import", "--change", "LABEL " + LABEL + "=", archive, image.name()));
    }
  }

  @Override
  public List<String> words(List<String> words) {
    return Stream.concat(Stream.of("docker", "--host", "unix://" + socket), words.stream())
        .toList();
  }

  /** What a container wrote, as the engine's own client prints it. */
  public Ran logs(Container container, String... options) {
    List<String> own =
        scheme.equals("docker") ? words(List.of()) : List.of("podman", "--url", "unix://" + socket);
    return Command.of(
            Stream.of(
                    own.stream(), Stream.of("logs"), Stream.of(options), Stream.of(container.id()))
                .flatMap(words -> words)
                .toList())
        .run();
  }

  /** The directory in which it keeps its state, as {@code dbgd.toml} names it. */
  public String state() {
    return switch (scheme) {
      case "docker" -> client(List.of("info", "--format", "{{.DockerRootDir}}"));
      default ->
          Command.must(
              "podman",
              "--url",
              "unix://" + socket,
              "info",
              "--format",
              "{{.Store.GraphRoot}}:{{.Store.RunRoot}}");
    };
  }

  /** Removes the containers that were started here, and no others. */
  public void tidyUp() {
    if (!containers.isEmpty()) {
      String _ =
          client(
              Stream.concat(
                      Stream.of("rm", "--force", "--volumes"),
                      containers.stream().map(Container::id))
                  .toList());
    }
    containers.clear();
  }
}
