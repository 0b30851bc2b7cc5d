package dev.dbg.resolve.container;

import dev.dbg.kernel.process.Users;
import dev.dbg.model.Target;
import dev.dbg.model.Target.Owner;
import dev.dbg.model.TargetName;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which names a runtime can give. A name goes into messages, tables, records, completion and other
 * people's scripts; outside of its runtime's grammar it is no name, because the runtime would have
 * refused it: somebody else wrote it there.
 */
public final class NameGrammar {
  /** Docker's and Podman's. */
  private static final Pattern OF_ENGINES = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}");

  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

  /** NAMESPACE/ID of containerd, NAMESPACE/POD/CONTAINER of Kubernetes, PROJECT/NAME of Incus. */
  private static final Pattern PATH =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*){0,2}");

  /** LXC and machined take more; these are what people and their tools write. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@+-]*");

  /** Characters of a unit's name, systemd.unit(5). */
  private static final Pattern UNIT = Pattern.compile("[A-Za-z0-9:_.@\\\\-]{1,247}\\.service");

  /** A reference, of which Docker and Podman check the form when they take it. */
  private static final Pattern REFERENCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_./:@-]*");

  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

  /** What a user's name may have; a directory of users may be another administrator's. */
  private static final Pattern USER =
      Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{M}\\p{N}_.@+\\\\-]*\\$?");

  private static final int LONGEST = 512;

  /** By the runtime's scheme; a runtime that is not here has no container. */
  private static final Map<String, Pattern> NAMES =
      Map.of(
          "docker", OF_ENGINES,
          "podman", OF_ENGINES,
          "containerd", PATH,
          "k8s", PATH,
          "incus", PATH,
          "lxc", PLAIN,
          "nspawn", PLAIN,
          "unit", UNIT,
          "pid", NUMBER,
          "image", REFERENCE);

  private NameGrammar() {}

  /** Whether the name and the id are ones that the container's runtime gives. */
  static boolean admits(FoundContainer found) {
    Target target = found.target();
    Optional<Pattern> names = Optional.ofNullable(NAMES.get(target.runtime()));
    return names.isPresent()
        && isOf(ID, target.name(), names.get())
        && isOf(ID, target.id(), names.get().equals(OF_ENGINES) ? ID : names.get())
        && target.owner().map(owner -> isUser(owner.user())).orElse(true);
  }

  /** Whether it was typed in the form in which a container of some runtime is named. */
  public static boolean admits(TargetName typed) {
    String name = typed.container();
    return typed.user().map(NameGrammar::isUser).orElse(true)
        && typed
            .scheme()
            .map(NAMES::get)
            .map(Stream::of)
            .orElseGet(() -> typed.scheme().isEmpty() ? NAMES.values().stream() : Stream.of())
            // A bare word of so many forms may be anything.
            .filter(names -> typed.isImage() || !names.equals(REFERENCE))
            .anyMatch(names -> isOf(ID, name, names));
  }

  private static boolean isOf(Pattern one, String text, Pattern other) {
    return text.length() <= LONGEST
        && (one.matcher(text).matches() || other.matcher(text).matches());
  }

  /** Whether it is a whole id of an engine's: no other container's name ends with it. */
  public static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /** Whether Docker and Podman accept it as a name or an id. */
  public static boolean isOfEngine(String nameOrId) {
    return OF_ENGINES.matcher(nameOrId).matches();
  }

  /** Whether an engine can have given it to an image. */
  public static boolean isReference(String name) {
    return isOf(REFERENCE, name, REFERENCE);
  }

  /** Whether it is a unit of systemd's that is a service. */
  public static boolean isService(String name) {
    return UNIT.matcher(name).matches();
  }

  /** The USER of {@code podman://USER/NAME}: the number of one whose name could not stand there. */
  public static Owner owner(Users.Account account) {
    return new Owner(
        account.uid(), isUser(account.name()) ? account.name() : account.uid().toString());
  }

  private static boolean isUser(String name) {
    return name.length() <= LONGEST && USER.matcher(name).matches();
  }
}
