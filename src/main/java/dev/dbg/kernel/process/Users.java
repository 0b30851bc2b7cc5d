package dev.dbg.kernel.process;

import dev.dbg.kernel.Native;
import dev.dbg.model.Gid;
import dev.dbg.model.Uid;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import jnr.ffi.Pointer;

/**
 * The host's users and groups. Only one thread at a time asks the database. Names are cached for 5
 * seconds; ids come from the kernel.
 */
public final class Users {
  private static final long REMEMBERED = Duration.ofSeconds(5).toNanos();
  private static final int MOST_REMEMBERED = 4096;

  /** NGROUPS_MAX of the kernel. */
  private static final int MOST_GROUPS = 65536;

  private static final Map<Object, Name> NAMES = new HashMap<>();

  private record Name(Optional<String> name, long since) {}

  /**
   * An entry of the database.
   *
   * @param gid the user's primary group
   * @param home the home directory, as written in the database
   */
  public record Account(Uid uid, String name, Gid gid, String home) {}

  private Users() {}

  /** The user's name, or the number if the database has no entry. */
  public static String name(Uid uid) {
    return accountName(uid).orElseGet(uid::toString);
  }

  /** The user's name; empty if the database has no entry, or does not answer. */
  public static Optional<String> accountName(Uid uid) {
    return remembered(uid, () -> UserDatabase.user(uid).map(Account::name));
  }

  /** The user's present entry; empty if the database has none. */
  public static synchronized Optional<Account> account(Uid uid) {
    return UserDatabase.user(uid);
  }

  /** The present entry of a user, by name; empty if the database has none. */
  public static synchronized Optional<Account> account(String name) {
    return UserDatabase.user(name);
  }

  /** The present number of a group, by name; empty if the database has none. */
  public static synchronized Optional<Gid> group(String name) {
    return UserDatabase.group(name);
  }

  /**
   * The groups that the user would have after a login now, including the primary one,
   * getgrouplist(3).
   */
  public static synchronized Set<Gid> groups(Account account) {
    Pointer count = Native.allocate(Integer.BYTES);
    count.putInt(0, MOST_GROUPS);
    Pointer gids = Native.allocate(Integer.BYTES * MOST_GROUPS);
    try {
      int found =
          Native.LIBC.getgrouplist(account.name(), (int) account.gid().number(), gids, count);
      // A user with more groups than NGROUPS_MAX gets the first ones.
      int length = found < 0 ? MOST_GROUPS : found;
      Set<Gid> groups = new HashSet<>();
      for (int i = 0; i < length; i++) {
        groups.add(new Gid(Integer.toUnsignedLong(gids.getInt(Integer.BYTES * (long) i))));
      }
      return groups;
    } finally {
      Reference.reachabilityFence(count);
      Reference.reachabilityFence(gids);
    }
  }

  /** The group's name, or the number if the database has no entry. */
  public static String name(Gid gid) {
    return remembered(gid, () -> UserDatabase.group(gid)).orElseGet(gid::toString);
  }

  private static synchronized Optional<String> remembered(
      Object id, Supplier<Optional<String>> ask) {
    long now = System.nanoTime();
    Name known = NAMES.get(id);
    if (known != null && now - known.since < REMEMBERED) {
      return known.name;
    }
    if (NAMES.size() >= MOST_REMEMBERED) {
      NAMES.clear();
    }
    Name asked = new Name(ask.get(), now);
    NAMES.put(id, asked);
    return asked.name;
  }
}
