package dev.dbg.resolve.log;

import dev.dbg.model.RawText;
import dev.dbg.model.Target;

/** What to type where dbg has no log or no status of a container. */
public final class LogAdvice {
  private LogAdvice() {}

  /** Where its runtime is not asked for its status. */
  public static String ofStatus(Target target) {
    String name = RawText.quoted(target.name());
    return switch (target.runtime()) {
      case "unit" -> "systemctl status " + name;
      case "nspawn" -> "machinectl status " + name;
      case "containerd", "k8s" -> "root types crictl inspect " + target.shortId();
      case "lxc" -> "root types lxc-info -n " + name;
      case "incus" -> "root types incus info " + name;
      default -> "a bare process has no runtime";
    };
  }

  public static String of(Target target) {
    String name = RawText.quoted(target.name());
    return switch (target.runtime()) {
      case "unit" -> "members of systemd-journal type journalctl -u " + name;
      case "nspawn" -> "root types journalctl -M " + name;
      case "containerd", "k8s" -> "root types nerdctl logs " + name;
      default -> "what it prints goes where its starter has led it: lsof shows where";
    };
  }
}
