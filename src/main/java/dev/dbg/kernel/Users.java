package dev.dbg.kernel;

import dev.dbg.model.Gid;
import dev.dbg.model.Uid;
import jnr.posix.Group;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import jnr.posix.Passwd;

/**
 * The host's user database, getpwuid(3) and getgrgid(3), which share static memory: one at a time.
 */
public final class Users {
  private static final POSIX POSIX_LIBRARY = POSIXFactory.getNativePOSIX();

  private Users() {}

  /** The user's name, or the number when the database has none. */
  public static synchronized String name(Uid uid) {
    Passwd entry = POSIX_LIBRARY.getpwuid((int) uid.number());
    return entry == null ? uid.toString() : entry.getLoginName();
  }

  /** The group's name, or the number when the database has none. */
  public static synchronized String name(Gid gid) {
    Group entry = POSIX_LIBRARY.getgrgid((int) gid.number());
    return entry == null ? gid.toString() : entry.getName();
  }

  /** Whether a descriptor is a terminal, isatty(3). */
  public static boolean isTerminal(Fd fd) {
    return POSIX_LIBRARY.isatty(fd.number()) == 1;
  }
}
