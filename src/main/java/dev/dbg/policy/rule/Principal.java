package dev.dbg.policy.rule;

import dev.dbg.model.Operator;
import dev.dbg.model.OperatorId;
import dev.dbg.model.OperatorId.ClusterUser;
import dev.dbg.model.Uid;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The operators that a rule is for: {@code user:NAME}, {@code group:NAME}, {@code uid:FIRST-LAST},
 * or {@code *} for every user of this host; {@code kube:NAME} and {@code kube-group:NAME} for users
 * of the cluster, whom none of the others includes.
 */
public sealed interface Principal {
  String CLUSTER_GROUP = "kube-group:";

  /** Whether it includes this operator, with this name and groups. */
  boolean includes(OperatorId who, String user, Collection<String> groups);

  /** The group that it includes, as operators have it. */
  default Optional<String> group() {
    return Optional.empty();
  }

  default boolean includes(Operator operator) {
    return includes(operator.id(), operator.user(), operator.groups().values());
  }

  record NamedUser(String name) implements Principal {
    @Override
    public boolean includes(OperatorId who, String user, Collection<String> groups) {
      return who instanceof Uid && user.equals(name);
    }
  }

  record NamedGroup(String name) implements Principal {
    @Override
    public Optional<String> group() {
      return Optional.of(name);
    }

    @Override
    public boolean includes(OperatorId who, String user, Collection<String> groups) {
      return who instanceof Uid && groups.contains(name);
    }
  }

  /** A range of uids, both ends included. */
  record Uids(long first, long last) implements Principal {
    private static final Pattern FORM =
        Pattern.compile("(0|[1-9][0-9]{0,9})(?:-([1-9][0-9]{0,9}))?");
    private static final long LARGEST = 0xFFFF_FFFEL;

    @Override
    public boolean includes(OperatorId who, String user, Collection<String> groups) {
      return who instanceof Uid uid && has(uid);
    }

    public boolean has(Uid uid) {
      return uid.number() >= first && uid.number() <= last;
    }

    static Optional<Principal> parse(String range) {
      Matcher matcher = FORM.matcher(range);
      if (!matcher.matches()) {
        return Optional.empty();
      }
      long first = Long.parseLong(matcher.group(1));
      long last = matcher.group(2) == null ? first : Long.parseLong(matcher.group(2));
      return first <= last && last <= LARGEST
          ? Optional.of(new Uids(first, last))
          : Optional.empty();
    }
  }

  record AnyOperator() implements Principal {
    @Override
    public boolean includes(OperatorId who, String user, Collection<String> groups) {
      return who instanceof Uid;
    }
  }

  /** A user of the cluster, by the name that its API server knows. */
  record OfCluster(ClusterUser name) implements Principal {
    @Override
    public boolean includes(OperatorId who, String user, Collection<String> groups) {
      return who.equals(name);
    }
  }

  /**
   * The users of the cluster in a group.
   *
   * @param name with its mark, as operators have it
   */
  record ClusterGroup(String name) implements Principal {
    @Override
    public Optional<String> group() {
      return Optional.of(name);
    }

    @Override
    public boolean includes(OperatorId who, String user, Collection<String> groups) {
      return who instanceof ClusterUser && groups.contains(name);
    }
  }

  /** Empty if {@code text} has none of the forms. */
  static Optional<Principal> parse(String text) {
    if (text.equals("*")) {
      return Optional.of(new AnyOperator());
    }
    if (text.startsWith("user:") && text.length() > 5) {
      return Optional.of(new NamedUser(text.substring(5)));
    }
    if (text.startsWith("group:") && text.length() > 6) {
      return Optional.of(new NamedGroup(text.substring(6)));
    }
    if (text.startsWith(ClusterUser.MARK) && text.length() > ClusterUser.MARK.length()) {
      return Optional.of(new OfCluster(new ClusterUser(text.substring(ClusterUser.MARK.length()))));
    }
    if (text.startsWith(CLUSTER_GROUP) && text.length() > CLUSTER_GROUP.length()) {
      return Optional.of(
          new ClusterGroup(ClusterUser.MARK + text.substring(CLUSTER_GROUP.length())));
    }
    return text.startsWith("uid:") ? Uids.parse(text.substring(4)) : Optional.empty();
  }
}
