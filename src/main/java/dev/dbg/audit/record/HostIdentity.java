package dev.dbg.audit.record;

import java.util.Optional;

/**
 * Which host this is, as records and their receivers name it.
 *
 * @param name the kernel's host name, printable ASCII; empty if it is not known
 * @param id the machine id, machine-id(5), 32 hexadecimal digits; empty if the host has none
 * @param cluster what the cluster is called whose node it is, by kube.cluster of dbgd.toml; empty
 *     if that says nothing
 */
public record HostIdentity(String name, String id, String cluster) {
  /** For logs whose writer does not know its host. */
  public static final HostIdentity UNKNOWN = new HostIdentity("", "", "");

  /** The longest name that the kernel takes, uname(2). */
  private static final int LONGEST_NAME = 64;

  /** From a name and an id as the host has them; a wrong id is none. */
  public static HostIdentity of(String name, String id) {
    // Root of the host may choose any bytes; a name with others than these is useless to everybody.
    String plain = name.replaceAll("[^!-~]|[\"\\\\]", "");
    return new HostIdentity(
        plain.substring(0, Math.min(plain.length(), LONGEST_NAME)),
        id.strip().matches("[0-9a-f]{32}") ? id.strip() : "",
        "");
  }

  /** The same host as a node of this cluster. */
  public HostIdentity in(Optional<String> named) {
    return new HostIdentity(name, id, named.orElse(""));
  }

  /** The name, or "-" if it is not known. */
  public String nameOrDash() {
    return name.isEmpty() ? "-" : name;
  }
}
