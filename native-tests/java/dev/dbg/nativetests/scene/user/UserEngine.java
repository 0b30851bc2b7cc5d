package dev.dbg.nativetests.scene.user;

import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.target.Client;
import dev.dbg.nativetests.scene.target.Container;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A real rootless engine of a user. Its containers have no network but loopback: what connects
 * containers to the outside does not concern dbg. Closing the user removes them.
 */
public abstract class UserEngine implements Client {
  private final String scheme;
  private final HostUser user;
  private final Image image = Image.named("rootless");
  private final Set<String> images = new HashSet<>();
  private final List<Container> containers = new ArrayList<>();

  UserEngine(String scheme, HostUser user) {
    this.scheme = scheme;
    this.user = user;
  }

  /** The word that an operator types before {@code ://}. */
  public final String scheme() {
    return scheme;
  }

  final HostUser user() {
    return user;
  }

  /**
   * Starts the server in a container.
   *
   * @param options options of {@code run}
   */
  public final Container starts(String name, String... options) {
    return starts(name, image, List.of(options), "/server");
  }

  /** Starts a program of an image in a container; an image of each name is made once. */
  public final Container starts(String name, Image from, List<String> options, String... command) {
    if (images.add(from.name())) {
      String _ = client(List.of("import", from.archive().toString(), from.name()));
    }
    List<String> words = new ArrayList<>(List.of("run", "--detach", "--name", name));
    words.add("--network=none");
    words.addAll(options);
    words.add(from.name());
    words.addAll(List.of(command));
    Container container = new Container(this, name, client(words));
    containers.add(container);
    return container;
  }

  /** Those that were started and are not forgotten yet; they are forgotten now. */
  final List<Container> forgotten() {
    List<Container> all = List.copyOf(containers);
    containers.clear();
    return all;
  }

  /** Makes its service answer at the usual socket. */
  public abstract void startsService();

  /** Sends its service a signal. */
  public abstract void serviceGets(String signal);

  /** From now on there is no service at the usual socket; the containers run on. */
  public abstract void endsService();
}
