package dev.dbg.resolve.engine;

import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.Target.Owner;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.Allowance;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.GroupPaths;
import dev.dbg.resolve.container.NameOrId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Requests of the Engine API, and the parsing of their answers.
 *
 * @param scheme the engine's scheme
 * @param owner the engine's user; empty for root's engines
 * @param parent the control group above its containers' unless told otherwise; empty for the usual
 */
public record EngineAnswer(String scheme, Optional<Owner> owner, String parent) {
  /** Names and ids of both engines. Nothing else becomes part of a path. */
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

  /** As {@code docker ps} prints it: {@code Up 3 minutes (healthy)}. */
  private static final String STATUS = "Status";

  /** The group above the container's, if its starter chose it. */
  private static final String PARENT = "HostConfig.CgroupParent";

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
          PARENT);
  private static final Set<String> LISTED =
      Set.of("Id", "Names.0", "Image", "ImageID", "Labels.*", "State", STATUS);

  /** Longer lists are cut. */
  private static final int MOST = 10_000;

  public static final String LIST = "/containers/json";

  /** Includes containers that do not run. */
  public static final String LIST_ALL = LIST + "?all=1";

  /** Parses an answer. */
  public interface Parser<T> {
    T parse(EngineAnswer answers, InputStream json, Allowance allowance) throws IOException;
  }

  public static boolean isName(String nameOrId) {
    return NAME.matcher(nameOrId).matches();
  }

  public static String inspect(String nameOrId) {
    return "/containers/" + nameOrId + "/json";
  }

  /** An answer to {@link #inspect}. */
  public FoundContainer inspected(InputStream json, Allowance allowance) throws IOException {
    JsonFields container = JsonFields.of(json, INSPECTED, allowance);
    Image image = new Image(container.text("Config.Image"), container.text("Image"));
    return found(container, "Name", image, "Config.Labels", "State.Status");
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
   */
  public record Itself(Path directory, String id) {}

  /** An answer to {@code /info}. */
  Itself itself(InputStream json, Allowance allowance) throws IOException {
    JsonFields fields = JsonFields.of(json, Set.of("DockerRootDir", "ID"), allowance);
    return new Itself(Path.of(fields.text("DockerRootDir")), fields.text("ID"));
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
            all.add(found(container, "Names.0", image, "Labels", "State"));
          }
        });
    return all;
  }

  private FoundContainer found(
      JsonFields container, String name, Image image, String labels, String state) {
    return new FoundContainer(
        new Target(
            scheme,
            owner,
            container.text("Id"),
            name(container.text(name)),
            image,
            container.all(labels),
            container.text(state),
            container.optional(STATUS).orElse(container.text(state)),
            container.number("State.Pid"),
            ResolvedBy.API),
        evidence(container));
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

  /** The container of that name or id, or the only one whose id begins with it. */
  static List<FoundContainer> meant(TargetName name, List<FoundContainer> some) {
    return NameOrId.among(
            some,
            name.name(),
            found -> found.target().id(),
            found -> List.of(found.target().name()))
        .stream()
        .toList();
  }

  static String name(String name) {
    return name.startsWith("/") ? name.substring(1) : name;
  }
}
