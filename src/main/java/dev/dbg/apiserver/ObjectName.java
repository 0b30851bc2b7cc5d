package dev.dbg.apiserver;

/** Names of objects in Kubernetes, RFC 1123, as the API server checks them. Pure. */
public final class ObjectName {
  private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

  private ObjectName() {}

  /** A namespace's: up to 63 lower-case letters, digits and hyphens. */
  public static boolean isLabel(String name) {
    return name.length() <= 63 && name.matches(LABEL);
  }

  /** That of a pod, a node or a session: labels with dots between them, up to 253 characters. */
  public static boolean isSubdomain(String name) {
    return name.length() <= 253 && name.matches("%1$s(\\.%1$s)*".formatted(LABEL));
  }
}
