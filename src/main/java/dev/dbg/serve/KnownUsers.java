package dev.dbg.serve;

import dev.dbg.authorize.Rights;
import dev.dbg.kernel.process.SubordinateIds;
import dev.dbg.kernel.process.SubordinateIds.Range;
import dev.dbg.kernel.process.SubordinateIds.Table;
import dev.dbg.kernel.process.Users;
import dev.dbg.model.Refusal;
import dev.dbg.model.Uid;
import dev.dbg.policy.Policy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a client's uid is a user whom the administrator knows. All that dbgd limits, paces,
 * permits and records of this host's users is by uid, so nobody may be able to choose one. Who has
 * sub-ids, subuid(5), can: in a user namespace, and outside of one by a set-user-ID file.
 *
 * <p>A user is known whose uid has an account, or is named by a rule or as the cluster's agent, and
 * is in nobody else's range of sub-ids. Root's ranges do not count: root may be anybody. Nor does
 * the client's user namespace: a set-user-ID file needs none, and the process may be gone by now.
 *
 * <p>For any thread.
 */
final class KnownUsers {
  /** No user has this uid: to it are counted clients without an account that are nobody's. */
  static final Uid NOBODYS = new Uid(0xFFFF_FFFFL);

  private static final long REMEMBERED = Duration.ofMinutes(1).toNanos();
  private static final int MOST_REMEMBERED = 1024;

  /** The names that systemd makes up for its users of containers and of user namespaces. */
  private static final Pattern MADE_UP = Pattern.compile("(?:ns|vu)-.+-[0-9]+");

  private static final long FIRST_DYNAMIC = 61_184;
  private static final long LAST_DYNAMIC = 65_519;
  private static final long FIRST_OF_CONTAINERS = 0x8_0000;
  private static final long LAST_OF_CONTAINERS = 0x6FFF_FFFF;

  /** What is known of a uid. */
  sealed interface Standing {}

  /** A user whom the administrator knows. */
  record KnownUser() implements Standing {}

  /**
   * The user database has to be asked, which may take long.
   *
   * @param countedTo for all uids of a range the same, which is not its owner's
   */
  record Unasked(Uid countedTo) implements Standing {}

  /**
   * Nobody whom the administrator knows.
   *
   * @param charged the user to whom it is counted, or {@link #NOBODYS}
   */
  record Stranger(Uid charged, Refusal why) implements Standing {}

  private final SubordinateIds subordinates;
  private final Supplier<Rights> rights;
  private final Optional<Uid> clusterAgent;

  // Guarded by this. They hold for this table and this policy.
  private final Map<Uid, Long> known = new HashMap<>();
  private final Map<String, RangeOwner> owners = new HashMap<>();
  private @Nullable Table table;
  private @Nullable Policy policy;

  /** Whose sub-ids they are; {@code uid} is empty if the owner has no account. */
  private record RangeOwner(Optional<Uid> uid, long asked) {}

  /**
   * @param clusterAgent named by root's configuration as rules name uids; empty for none
   */
  KnownUsers(SubordinateIds subordinates, Supplier<Rights> rights, Optional<Uid> clusterAgent) {
    this.subordinates = subordinates;
    this.rights = rights;
    this.clusterAgent = clusterAgent;
  }

  /** Returns what answers of the last minute say of the uid. Takes microseconds. */
  Standing seen(Uid uid) {
    if (needsNoAnswer(uid)) {
      return new KnownUser();
    }
    Table now = subordinates.now();
    Policy inForce = rights.get().policy();
    synchronized (this) {
      if (!now.equals(table) || !inForce.equals(policy)) {
        known.clear();
        owners.clear();
        table = now;
        policy = inForce;
      }
      Long asked = known.get(uid);
      if (asked != null && isRemembered(asked)) {
        return new KnownUser();
      }
      List<Range> ranges = now.with(uid);
      for (Range range : ranges) {
        RangeOwner owner = owners.get(range.owner());
        if (owner != null && isRemembered(owner.asked) && range.isAnothers(uid, owner.uid)) {
          return subId(uid, range, owner);
        }
      }
      return new Unasked(ranges.isEmpty() ? uid : new Uid(ranges.getFirst().first()));
    }
  }

  /** Asks the user database, by answers of the last five seconds; this may take long. */
  Standing ask(Uid uid) {
    if (needsNoAnswer(uid)) {
      return new KnownUser();
    }
    Table now = subordinates.now();
    Policy inForce = rights.get().policy();
    for (Range range : now.with(uid)) {
      RangeOwner owner = ownerOf(range);
      if (range.isAnothers(uid, owner.uid)) {
        return subId(uid, range, owner);
      }
    }
    Optional<Stranger> stranger = withoutAccount(uid, inForce, now);
    synchronized (this) {
      if (stranger.isPresent()) {
        known.remove(uid);
      } else if (now.equals(table) && inForce.equals(policy)) {
        makeRoomIn(known);
        known.put(uid, System.nanoTime());
      }
    }
    return stranger.<Standing>map(s -> s).orElseGet(KnownUser::new);
  }

  private static boolean needsNoAnswer(Uid uid) {
    return uid.equals(Uid.ROOT);
  }

  private static boolean isRemembered(long asked) {
    return System.nanoTime() - asked < REMEMBERED;
  }

  private static void makeRoomIn(Map<?, ?> map) {
    if (map.size() >= MOST_REMEMBERED) {
      map.clear();
    }
  }

  private RangeOwner ownerOf(Range range) {
    RangeOwner owner = new RangeOwner(range.ownerUid(), System.nanoTime());
    synchronized (this) {
      makeRoomIn(owners);
      owners.put(range.owner(), owner);
    }
    return owner;
  }

  private static Stranger subId(Uid uid, Range range, RangeOwner owner) {
    return new Stranger(
        owner.uid.orElse(NOBODYS),
        Refusal.denied(
            "uid %s is one of the sub-ids of %s (/etc/subuid), and dbgd serves users: run dbg as %s, outside of containers and user namespaces"
                .formatted(uid, range.owner(), range.owner())));
  }

  private Optional<Stranger> withoutAccount(Uid uid, Policy policy, Table table) {
    Optional<String> name = Users.accountName(uid);
    if (name.isPresent() && !isMadeUp(uid, name.get())) {
      return Optional.empty();
    }
    boolean isNamed = policy.namesNumber(uid) || clusterAgent.equals(Optional.of(uid));
    if (isNamed && table.trouble().isEmpty()) {
      return Optional.empty();
    }
    String why =
        isNamed
            ? "uid %s has no account, and a rule's uid: does not count while /etc/subuid cannot be read: ask root: dbg doctor says why"
            : "uid %s has no account (getent passwd %s), and no rule names uid:%s: run dbg as a user of this host, or ask root for a rule";
    return Optional.of(new Stranger(NOBODYS, Refusal.denied(why.formatted(uid, uid, uid))));
  }

  /**
   * Whether systemd lent the uid to somebody and made up its name: systemd-nsresourced does so for
   * every user who asks.
   */
  static boolean isMadeUp(Uid uid, String name) {
    long number = uid.number();
    return MADE_UP.matcher(name).matches()
        && ((number >= FIRST_DYNAMIC && number <= LAST_DYNAMIC)
            || (number >= FIRST_OF_CONTAINERS && number <= LAST_OF_CONTAINERS));
  }
}
