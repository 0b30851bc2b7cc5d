package dev.dbg.resolve.engine;

import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.Target.Owner;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.GroupPaths;
import dev.dbg.resolve.container.NameGrammar;
import dev.dbg.resolve.untrusted.Allowance;
import dev.dbg.resolve.untrusted.JsonFields;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Requests of the Engine API, and the parsing of their answers.
 *
 * @param scheme the engine's scheme
 * @param owner the engine's user; empty for root's engines
 * @param parent the control group above its containers' unless told otherwise; empty for the usual
 */
public record EngineAnswer(String scheme, Optional<Owner> owner, String parent) {
  /** As {@code docker ps} prints it: {@code Up 3 minutes (healthy)}. */
  private static final String STATUS = "Status";

  /** The group above the container's, if its starter chose it. */
  private static final String PARENT = "HostConfig.CgroupParent";

  /** Docker's own name of what runs it, or that of its shim; of Podman always {@code oci}. */
  private static final String OCI = "HostConfig.Runtime";

  private static final Set<String> INSPECTED =
      Set.of(
          "Id",
          "Name",
          "Image",
          "Config.Image",
          "Config.Labels.*",
          "State.Status",
          "State.Pid",
          "State.StartedAt",
          PARENT,
          OCI);
  private static final Set<String> LISTED =
      Set.of(
          "Id", "Names.0", "Names.1", "Names.2", "Image", "ImageID", "Labels.*", "State", STATUS);

  /** Longer lists are cut. */
  private static final int MOST = 10_000;

  public static final String LIST = "/containers/json";

  /** Includes containers that do not run. */
  public static final String LIST_ALL = LIST + "?all=1";

  /** Parses an answer. */
  public interface Parser<T> {
    T parse(EngineAnswer answers, InputStream json, Allowance allowance) throws IOException;
  }

  /** Only what {@link NameGrammar#isOfEngine} accepts becomes part of a path. */
  public static String inspect(String nameOrId) {
    return "/containers/" + nameOrId + "/json";
  }

  /** An answer to {@link #inspect}. */
  public FoundContainer inspected(InputStream json, Allowance allowance) throws IOException {
    JsonFields container = JsonFields.of(json, INSPECTED, allowance);
    Image image = new Image(container.text("Config.Image"), container.text("Image"));
    return found(container, Stream.of("Name"), image, "Config.Labels", "State.Status")
        .runBy(container.text(OCI));
  }

  /** An answer to {@code /version}. */
  String version(InputStream json, Allowance allowance) throws IOException {
    return JsonFields.of(json, Set.of("Version"), allowance).text("Version");
  }

  /**
   * What an engine says of itself.
   *
   * @param directory where it keeps its containers: Docker's data directory, Podman's graph root
   * @param id Docker's own id
   * @param driver by which it keeps layers
   */
  public record Itself(Path directory, String id, String driver) {}

  /** An answer to {@code /info}. */
  Itself itself(InputStream json, Allowance allowance) throws IOException {
    JsonFields fields = JsonFields.of(json, Set.of("DockerRootDir", "ID", "Driver"), allowance);
    return new Itself(
        Path.of(fields.text("DockerRootDir")), fields.text("ID"), fields.text("Driver"));
  }

  /** An answer to {@link #LIST} or {@link #LIST_ALL}, which has no pids. */
  public List<FoundContainer> listed(InputStream json, Allowance allowance) throws IOException {
    List<FoundContainer> all = allowance.list();
    JsonFields.ofEach(
        json,
        LISTED,
        allowance,
        container -> {
          if (all.size() < MOST) {
            Image image = new Image(container.text("Image"), container.text("ImageID"));
            // A link of Docker's adds a name with a slash, which may come first.
            Stream<String> names = Stream.of("Names.0", "Names.1", "Names.2");
            all.add(found(container, names, image, "Labels", "State"));
          }
        });
    return all;
  }

  private FoundContainer found(
      JsonFields container, Stream<String> names, Image image, String labels, String state) {
    return new FoundContainer(
        new Target(
            scheme,
            owner,
            container.text("Id"),
            name(container.text("Id"), names.map(container::text)),
            image,
            container.all(labels),
            state(container.text(state)),
            container.optional(STATUS).orElse(container.text(state)),
            container.number("State.Pid"),
            ResolvedBy.API),
        evidence(container));
  }

  /**
   * Podman calls a container so while it waits for its end, which the container may put off: its
   * processes run, and write to its files.
   */
  private static String state(String word) {
    return word.equals("stopping") ? "running" : word;
  }

  private Evidence evidence(JsonFields container) {
    String id = container.text("Id");
    return owner.isPresent()
        ? new Evidence.OfOwner(owner.get().uid(), id, container.optional("State.StartedAt"))
        : inGroup(
            scheme,
            id,
            container.optional(PARENT).filter(chosen -> !chosen.isEmpty()).orElse(parent));
  }

  /** Of root's engines: the process is in the control group that the engine makes. */
  static Evidence.InGroup inGroup(String scheme, String id, String parent) {
    return new Evidence.InGroup(
        scheme.equals(PodmanState.SCHEME)
            ? GroupPaths.podman(id, parent)
            : GroupPaths.docker(id, parent));
  }

  /** The first of its names that the engine could have given; the id if there is none. */
  static String name(String id, Stream<String> names) {
    return names
        .map(name -> name.startsWith("/") ? name.substring(1) : name)
        .filter(NameGrammar::isOfEngine)
        .findFirst()
        .orElse(id);
  }
}
