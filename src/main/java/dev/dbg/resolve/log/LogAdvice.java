package dev.dbg.resolve.log;

import dev.dbg.model.RawText;
import dev.dbg.model.Target;

/** What to type where dbg has no log of a container. */
public final class LogAdvice {
  private LogAdvice() {}

  public static String of(Target target) {
    String name = RawText.quoted(target.name());
    return switch (target.runtime()) {
      case "unit" -> "members of systemd-journal type journalctl -u " + name;
      case "machine" -> "root types journalctl -M " + name;
      case "containerd" -> "root types nerdctl logs " + name;
      default -> "what it prints goes where its starter has led it: lsof shows where";
    };
  }
}
