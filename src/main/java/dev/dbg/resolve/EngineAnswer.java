package dev.dbg.resolve;

import dev.dbg.model.Image;
import dev.dbg.model.Owner;
import dev.dbg.model.Target;
import dev.dbg.model.Way;
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
record EngineAnswer(String scheme, Optional<Owner> owner) {
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

  static final String LIST = "/containers/json";

  /** Those that do not run as well. */
  static final String LIST_ALL = LIST + "?all=1";

  static boolean isName(String nameOrId) {
    return NAME.matcher(nameOrId).matches();
  }

  static String inspect(String nameOrId) {
    return "/containers/" + nameOrId + "/json";
  }

  /** An answer to {@link #inspect}. */
  Found inspected(byte[] json) throws IOException {
    WantedFields container = WantedFields.of(json, INSPECTED);
    return new Found(
        new Target(
            scheme,
            owner,
            container.text("Id"),
            name(container.text("Name")),
            new Image(container.text("Config.Image"), container.text("Image")),
            Optional.of(container.below("Config.Labels")),
            container.text("State.Status"),
            container.number("State.Pid"),
            Way.API),
        container.optional("State.StartedAt"));
  }

  /** An answer to {@code /version}. */
  static String version(byte[] json) throws IOException {
    return WantedFields.of(json, Set.of("Version")).text("Version");
  }

  /** An answer to {@link #LIST} or {@link #LIST_ALL}, which tells no process. */
  List<Found> listed(byte[] json) throws IOException {
    List<Found> all = new ArrayList<>();
    WantedFields.ofEach(
        json,
        LISTED,
        container -> {
          if (all.size() < MOST) {
            all.add(listed(container));
          }
        });
    return all;
  }

  private Found listed(WantedFields container) {
    return new Found(
        new Target(
            scheme,
            owner,
            container.text("Id"),
            name(container.text("Names.0")),
            new Image(container.text("Image"), container.text("ImageID")),
            Optional.of(container.below("Labels")),
            container.text("State"),
            0,
            Way.API),
        Optional.empty());
  }

  static String name(String name) {
    return name.startsWith("/") ? name.substring(1) : name;
  }
}
