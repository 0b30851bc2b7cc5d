package dev.dbg.model;

import dev.dbg.model.QuotedText.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whom dbgd limits, paces and permits as one: a user of this host, by the kernel's number, or a
 * user of the cluster, by the name that its API server knows.
 */
public sealed interface OperatorId permits Uid, OperatorId.ClusterUser {
  /** Letters, digits and a hyphen, the same for ever, that stand for nobody else. */
  String token();

  /** To whom limits and quotas count what this user does. */
  OperatorId counted();

  /**
   * A user of the Kubernetes cluster that this host is a node of. In records, rules and messages
   * the name stands behind {@value #MARK}, which no name of passwd(5) can have.
   *
   * @param name as the API server knows it, without the mark
   */
  record ClusterUser(String name) implements OperatorId {
    /** Precedes the names of users and groups of the cluster. */
    public static final String MARK = "kube:";

    private static final Pattern SERVICE_ACCOUNT =
        Pattern.compile("(system:serviceaccount:[^:]*:).*", Pattern.DOTALL);

    /**
     * Whoever may administer a namespace makes as many ServiceAccounts in it as they like: all of
     * one namespace count as one.
     */
    @Override
    public ClusterUser counted() {
      Matcher account = SERVICE_ACCOUNT.matcher(name);
      return account.matches() ? new ClusterUser(account.group(1) + "*") : this;
    }

    /** {@code kube-} and 16 hexadecimal digits of the name's SHA-256. */
    @Override
    public String token() {
      return "kube-" + Sha256.of(name.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
    }

    @Override
    public String toString() {
      return MARK + name;
    }
  }
}
