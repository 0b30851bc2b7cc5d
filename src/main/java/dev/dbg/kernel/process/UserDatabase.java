package dev.dbg.kernel.process;

import static dev.dbg.kernel.Native.LIBC;

import dev.dbg.kernel.Native;
import dev.dbg.model.Gid;
import dev.dbg.model.Uid;
import java.lang.ref.Reference;
import java.util.Optional;
import java.util.function.Function;
import jnr.constants.platform.Errno;
import jnr.ffi.Pointer;

/**
 * Calls of the host's user database, getpwuid_r(3), getpwnam_r(3), getgrgid_r(3) and getgrnam_r(3),
 * with memory of their own. They may ask a network. For any thread.
 */
final class UserDatabase {
  /** Most entries fit; a group with many members may need more. */
  private static final int USUAL_STRINGS = 4096;

  private static final int MOST_STRINGS = 1 << 22;

  private static final int SIZE_OF_ENTRY = 64;
  private static final long NAME = 0;
  private static final long PW_UID = 16;
  private static final long PW_GID = 20;
  private static final long PW_DIR = 32;
  private static final long GR_GID = 16;

  private UserDatabase() {}

  private interface ReentrantCall {
    int ask(Pointer entry, Pointer strings, long size, Pointer found);
  }

  static Optional<Users.Account> user(Uid uid) {
    return entry(
        (entry, strings, size, found) ->
            LIBC.getpwuid_r((int) uid.number(), entry, strings, size, found),
        UserDatabase::account);
  }

  static Optional<Users.Account> user(String name) {
    return entry(
        (entry, strings, size, found) -> LIBC.getpwnam_r(name, entry, strings, size, found),
        UserDatabase::account);
  }

  private static Users.Account account(Pointer entry) {
    return new Users.Account(
        new Uid(Integer.toUnsignedLong(entry.getInt(PW_UID))),
        text(entry, NAME),
        new Gid(Integer.toUnsignedLong(entry.getInt(PW_GID))),
        text(entry, PW_DIR));
  }

  static Optional<String> group(Gid gid) {
    return entry(
        (entry, strings, size, found) ->
            LIBC.getgrgid_r((int) gid.number(), entry, strings, size, found),
        entry -> text(entry, NAME));
  }

  static Optional<Gid> group(String name) {
    return entry(
        (entry, strings, size, found) -> LIBC.getgrnam_r(name, entry, strings, size, found),
        entry -> new Gid(Integer.toUnsignedLong(entry.getInt(GR_GID))));
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
}
