package dev.dbg.model;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A container as one replica of a service, by the labels that Compose, podman-compose, {@code
 * nerdctl compose} or Swarm gave it.
 *
 * @param project Compose's project; empty for a service of Swarm
 * @param number the replica's number or slot, from 1; 0 if it has none, as in Swarm's global mode
 * @param isOneOff whether {@code compose run} made it for one command: it is no replica for those
 *     who type the service's name
 */
public record Replica(Optional<String> project, String service, int number, boolean isOneOff) {
  /** The scheme of {@code compose://PROJECT[/SERVICE[/N]]}. */
  public static final String SCHEME = "compose";

  /** In the order in which a person would pick: those that run, then the lowest number. */
  public static final Comparator<Target> ORDER =
      Comparator.comparing((Target target) -> !target.isUp())
          .thenComparing(target -> of(target).map(Replica::number).orElse(0))
          .thenComparing(Target::address)
          .thenComparing(Target::id);

  private static final String SLASH = "/";
  private static final Pattern PATH = Pattern.compile("([^/]+/[^/]+)(/[^/]*)?", Pattern.DOTALL);

  /** Names of projects and services of Compose, and of services of Swarm. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}");

  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

  /** A label of Compose, by its own key and by podman-compose's. */
  private enum Label {
    PROJECT("project"),
    SERVICE("service"),
    NUMBER("container-number"),
    ONE_OFF("oneoff");

    private final String compose;
    private final String podmanCompose;

    Label(String key) {
      compose = "com.docker.compose." + key;
      podmanCompose = "io.podman.compose." + key;
    }

    /** Empty if there is none. */
    String in(Map<String, String> labels) {
      String value = labels.get(compose);
      return value == null ? labels.getOrDefault(podmanCompose, "") : value;
    }
  }

  private static final String SWARM_SERVICE = "com.docker.swarm.service.name";

  /** {@code SERVICE.SLOT.TASKID}, or {@code SERVICE.NODEID.TASKID} in the global mode. */
  private static final String SWARM_TASK = "com.docker.swarm.task.name";

  /**
   * Empty for a container that is none, or whose labels are not known. A pod's are words of whoever
   * made the pod, and neither Compose nor Swarm makes pods.
   */
  public static Optional<Replica> of(Target target) {
    return target.isOfPod() ? Optional.empty() : target.labels().flatMap(Replica::of);
  }

  private static Optional<Replica> of(Map<String, String> labels) {
    String project = Label.PROJECT.in(labels);
    String service = Label.SERVICE.in(labels);
    if (isName(project) && isName(service)) {
      return Optional.of(
          new Replica(
              Optional.of(project),
              service,
              number(Label.NUMBER.in(labels)),
              Boolean.parseBoolean(Label.ONE_OFF.in(labels))));
    }
    String swarms = labels.getOrDefault(SWARM_SERVICE, "");
    return isName(swarms)
        ? Optional.of(new Replica(Optional.empty(), swarms, slot(labels, swarms), false))
        : Optional.empty();
  }

  /** Labels are anybody's words: one that Compose and Swarm would refuse as a name is none. */
  private static boolean isName(String label) {
    return NAME.matcher(label).matches();
  }

  private static int slot(Map<String, String> labels, String service) {
    String task = labels.getOrDefault(SWARM_TASK, "");
    String begin = service + ".";
    int end = task.indexOf('.', begin.length());
    return task.startsWith(begin) && end >= 0 ? number(task.substring(begin.length(), end)) : 0;
  }

  private static int number(String text) {
    return NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 0;
  }

  /**
   * Whether a TARGET means this replica: {@code compose://PROJECT[/SERVICE[/N]]}, or a bare word
   * that is its service, or with Swarm {@code SERVICE.SLOT}. With the scheme of a runtime only a
   * container's own name is meant.
   */
  public boolean isMeantBy(TargetName name) {
    if (isOneOff) {
      return false;
    }
    if (name.scheme().isEmpty()) {
      return name.name().equals(service)
          || (project.isEmpty() && number > 0 && name.name().equals(service + "." + number));
    }
    String whole = project.orElse("") + SLASH + service;
    return name.scheme().equals(Optional.of(SCHEME))
        && project.isPresent()
        && (name.name().equals(project.get())
            || name.name().equals(whole)
            || (number > 0 && name.name().equals(whole + SLASH + number)));
  }

  /** PROJECT/SERVICE in {@code compose://PROJECT/SERVICE[/N]}; empty for any other name. */
  public static Optional<String> path(TargetName name) {
    Matcher matcher = PATH.matcher(name.name());
    return name.scheme().equals(Optional.of(SCHEME)) && matcher.matches()
        ? Optional.of(matcher.group(1))
        : Optional.empty();
  }

  /** How the replica is typed: {@code compose://PROJECT/SERVICE/N}, {@code SERVICE.SLOT}. */
  public String typed() {
    return project
        .map(in -> SCHEME + "://" + in + SLASH + service + (number > 0 ? SLASH + number : ""))
        .orElse(number > 0 ? service + "." + number : service);
  }

  /** PROJECT/SERVICE, for a service of Compose. */
  public Optional<String> path() {
    return project.map(project -> project + SLASH + service);
  }
}
