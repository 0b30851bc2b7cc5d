package dev.dbg.resolve.engine;

import dev.dbg.model.Image;
import dev.dbg.model.Owner;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.resolve.container.FoundContainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The questions of the Engine API, and their answers.
 *
 * @param scheme of the engine that answers
 * @param owner whose engine it is; empty for root's
 */
public record EngineAnswer(String scheme, Optional<Owner> owner) {
  /** What a container may be called, in both engines. Nothing else is put into a path. */
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

  private static final Set<String> INSPECTED =
      Set.of(
          "Id",
          "Name",
          "Image",
          "Config.Image",
          "Config.Labels.*",
          "State.Status",
          "State.Pid",
          "State.StartedAt");
  private static final Set<String> LISTED =
      Set.of("Id", "Names.0", "Image", "ImageID", "Labels.*", "State");

  /** A list of more is cut: nobody reads it. */
  private static final int MOST = 10_000;

  public static final String LIST = "/containers/json";

  /** Those that do not run as well. */
  public static final String LIST_ALL = LIST + "?all=1";

  public static boolean isName(String nameOrId) {
    return NAME.matcher(nameOrId).matches();
  }

  public static String inspect(String nameOrId) {
    return "/containers/" + nameOrId + "/json";
  }

  /** An answer to {@link #inspect}. */
  public FoundContainer inspected(byte[] json) throws IOException {
    JsonFields container = JsonFields.of(json, INSPECTED);
    return new FoundContainer(
        new Target(
            scheme,
            owner,
            container.text("Id"),
            name(container.text("Name")),
            new Image(container.text("Config.Image"), container.text("Image")),
            Optional.of(container.below("Config.Labels")),
            container.text("State.Status"),
            container.number("State.Pid"),
            ResolvedBy.API),
        container.optional("State.StartedAt"));
  }

  /** An answer to {@code /version}. */
  static String version(byte[] json) throws IOException {
    return JsonFields.of(json, Set.of("Version")).text("Version");
  }

  /** An answer to {@link #LIST} or {@link #LIST_ALL}, which tells no process. */
  public List<FoundContainer> listed(byte[] json) throws IOException {
    List<FoundContainer> all = new ArrayList<>();
    JsonFields.ofEach(
        json,
        LISTED,
        container -> {
          if (all.size() < MOST) {
            all.add(listed(container));
          }
        });
    return all;
  }

  private FoundContainer listed(JsonFields container) {
    return new FoundContainer(
        new Target(
            scheme,
            owner,
            container.text("Id"),
            name(container.text("Names.0")),
            new Image(container.text("Image"), container.text("ImageID")),
            Optional.of(container.below("Labels")),
            container.text("State"),
            0,
            ResolvedBy.API),
        Optional.empty());
  }

  static String name(String name) {
    return name.startsWith("/") ? name.substring(1) : name;
  }
}
