package dev.dbg.kernel.process;

import dev.dbg.kernel.LibC;
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
import java.util.function.Function;
import java.util.function.Supplier;
import jnr.constants.platform.Errno;
import jnr.ffi.Pointer;

/**
 * The host's users and groups: getpwuid_r(3), getpwnam_r(3), getgrgid_r(3) and getgrnam_r(3), which
 * may ask a network. Only one thread at a time asks the database. Names are cached for 5 seconds;
 * ids come from the kernel.
 *
 * <p>The name of an id counts only if it leads back to that id. Two groups may have one name, where
 * a directory has the second, and the kernel knows only numbers: who may make groups there would
 * otherwise be in any group of the host. So that nobody takes a number, digits are no name.
 */
public final class Users {
  private static final long REMEMBERED = Duration.ofSeconds(5).toNanos();
  private static final int MOST_REMEMBERED = 4096;

  /** NGROUPS_MAX of the kernel. */
  private static final int MOST_GROUPS = 65536;

  /** Most entries fit; a group with many members may need more. */
  private static final int USUAL_STRINGS = 4096;

  private static final int MOST_STRINGS = 1 << 22;

  private static final int SIZE_OF_ENTRY = 64;
  private static final long NAME = 0;
  private static final long PW_UID = 16;
  private static final long PW_GID = 20;
  private static final long PW_DIR = 32;
  private static final long GR_GID = 16;

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

  private interface ReentrantCall {
    int ask(Pointer entry, Pointer strings, long size, Pointer found);
  }

  /** The user's name, or the number if it has none of its own. */
  public static String name(Uid uid) {
    return accountName(uid).orElseGet(uid::toString);
  }

  /** The user's name; empty if the database has no entry, or does not answer. */
  public static Optional<String> accountName(Uid uid) {
    return remembered(uid, () -> account(uid).map(Account::name));
  }

  /** The user's present entry, with {@link #name(Uid)}; empty if the database has none. */
  public static synchronized Optional<Account> account(Uid uid) {
    return entry(
            (entry, strings, size, found) ->
                LibC.getpwuid_r((int) uid.number(), entry, strings, size, found),
            Users::account)
        .map(
            said ->
                isOwn(said.name(), uid, name -> account(name).map(Account::uid))
                    ? said
                    : new Account(uid, uid.toString(), said.gid(), said.home()));
  }

  static <T> boolean isOwn(String name, T id, Function<String, Optional<T>> back) {
    return !name.matches("[0-9]*") && back.apply(name).equals(Optional.of(id));
  }

  /** The present entry of a user, by name; empty if the database has none. */
  public static synchronized Optional<Account> account(String name) {
    return entry(
        (entry, strings, size, found) -> LibC.getpwnam_r(name, entry, strings, size, found),
        Users::account);
  }

  private static Account account(Pointer entry) {
    return new Account(
        new Uid(Integer.toUnsignedLong(entry.getInt(PW_UID))),
        text(entry, NAME),
        new Gid(Integer.toUnsignedLong(entry.getInt(PW_GID))),
        text(entry, PW_DIR));
  }

  /** The present number of a group, by name; empty if the database has none. */
  public static synchronized Optional<Gid> group(String name) {
    return entry(
        (entry, strings, size, found) -> LibC.getgrnam_r(name, entry, strings, size, found),
        entry -> new Gid(Integer.toUnsignedLong(entry.getInt(GR_GID))));
  }

  /** The groups that a login would give the user now, primary included, getgrouplist(3). */
  public static synchronized Set<Gid> groups(Account account) {
    Pointer count = Native.allocate(Integer.BYTES);
    count.putInt(0, MOST_GROUPS);
    Pointer gids = Native.allocate(Integer.BYTES * MOST_GROUPS);
    try {
      int found = LibC.getgrouplist(account.name(), (int) account.gid().number(), gids, count);
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

  /** The group's name, or the number if it has none of its own. */
  public static String name(Gid gid) {
    return remembered(gid, () -> groupName(gid)).orElseGet(gid::toString);
  }

  private static Optional<String> groupName(Gid gid) {
    return entry(
            (entry, strings, size, found) ->
                LibC.getgrgid_r((int) gid.number(), entry, strings, size, found),
            entry -> text(entry, NAME))
        .filter(name -> isOwn(name, gid, Users::group));
  }

  /** Empty if there is none, or if the database does not answer. */
  private static <T> Optional<T> entry(ReentrantCall call, Function<Pointer, T> read) {
    Pointer entry = Native.allocate(SIZE_OF_ENTRY);
    Pointer found = Native.allocate(Long.BYTES);
    for (int size = USUAL_STRINGS; size <= MOST_STRINGS; size *= 4) {
      Pointer strings = Native.allocate(size);
      try {
        int error = call.ask(entry, strings, size, found);
        if (error == 0) {
          return found.getAddress(0) == 0 ? Optional.empty() : Optional.of(read.apply(entry));
        }
        if (error != Errno.ERANGE.intValue()) {
          return Optional.empty();
        }
      } finally {
        Reference.reachabilityFence(entry);
        Reference.reachabilityFence(strings);
      }
    }
    return Optional.empty();
  }

  private static String text(Pointer entry, long offset) {
    Pointer text = entry.getPointer(offset);
    return text == null ? "" : text.getString(0);
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
