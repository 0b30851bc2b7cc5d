package dev.dbg.resolve.lxc;

import java.io.IOException;

/** Who listens at a container's command socket is not its monitor. */
final class NotTheMonitor extends IOException {
  private static final long serialVersionUID = 1L;

  private final String who;

  NotTheMonitor(String address, String who) {
    super(address + ": " + who);
    this.who = who;
  }

  /** Who it is, for the container's state: {@code uid 1001 listens there}. */
  String who() {
    return who;
  }
}
