package dev.dbg.resolve.log;

import dev.dbg.model.RawText;
import dev.dbg.model.Target;
import java.util.Set;

/** What to type where dbg has no log or no status of a container. */
public final class LogAdvice {
  private static final Set<String> INSPECTED = Set.of("docker", "podman");

  private LogAdvice() {}

  /** Whether its runtime tells how it is, running or not. */
  public static boolean isStatusTold(Target target) {
    return target.owner().isEmpty() && INSPECTED.contains(target.runtime());
  }

  /** Whether dbg reads what it wrote, running or not. */
  public static boolean isLogRead(Target target) {
    return isStatusTold(target) || target.runtime().equals("k8s");
  }

  /**
   * The line that asks a user's engine about a container. Without its socket docker(1) asks root's
   * engine, unless the user has told it of their own.
   */
  public static String ofUsers(Target target, Target.Owner owner, String verb) {
    String engine =
        target.runtime().equals("docker")
            ? "env DOCKER_HOST=unix:///run/user/%d/docker.sock docker"
                .formatted(owner.uid().number())
            : target.runtime();
    return "sudo -u %s %s %s %s"
        .formatted(RawText.quoted(owner.user()), engine, verb, target.shortId());
  }

  /** Where its runtime is not asked for its status. */
  public static String ofStatus(Target target) {
    String name = RawText.quoted(target.name());
    return switch (target.runtime()) {
      case "unit" -> "systemctl status " + name;
      case "nspawn" ->
          target.isUp() ? "machinectl status " + name : "machinectl image-status " + name;
      case "containerd" -> nerdctl("inspect", target);
      case "k8s" ->
          "%s shows it, or root types crictl inspect %s"
              .formatted(kubectl("describe pod", target), target.shortId());
      case "lxc" -> "root types lxc-info -n " + name;
      case "incus" -> incus("info", target);
      default -> "a bare process has no runtime";
    };
  }

  public static String of(Target target) {
    String name = RawText.quoted(target.name());
    return switch (target.runtime()) {
      case "unit" -> "members of systemd-journal type journalctl -u " + name;
      case "nspawn" ->
          target.isUp()
              ? "root types journalctl -M " + name
              : "root types journalctl -D /var/lib/machines/%s/var/log/journal".formatted(name);
      case "containerd" -> nerdctl("logs", target);
      case "k8s" ->
          "%s -c %s prints it"
              .formatted(kubectl("logs", target), RawText.quoted(last(target.name())));
      case "lxc" -> "lxc.console.logfile of its configuration names the log of its console";
      case "incus" -> incus("console --show-log", target);
      default -> "what it prints goes where its starter has led it: lsof shows where";
    };
  }

  /** Its name is NAMESPACE/ID. */
  private static String nerdctl(String verb, Target target) {
    return "root types nerdctl -n %s %s %s"
        .formatted(
            RawText.quoted(target.name().split("/", 2)[0]),
            verb,
            RawText.quoted(last(target.shortId())));
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Its name is NAMESPACE/POD/CONTAINER. */
  private static String kubectl(String verb, Target target) {
    String[] parts = target.name().split("/", 3);
    return "kubectl %s -n %s %s"
        .formatted(verb, RawText.quoted(parts[0]), RawText.quoted(parts[1]));
  }

  /** Its name is [PROJECT/]NAME. */
  private static String incus(String verb, Target target) {
    String name = last(target.name());
    String project = target.name().substring(0, target.name().length() - name.length());
    return "root types incus %s%s %s"
        .formatted(
            project.isEmpty()
                ? ""
                : "--project %s ".formatted(RawText.quoted(project.replace("/", ""))),
            verb,
            RawText.quoted(name));
  }
}
