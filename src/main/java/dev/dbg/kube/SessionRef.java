package dev.dbg.kube;

import dev.dbg.apiserver.ObjectName;

/**
 * What the agent keeps of a session while it runs and after that.
 *
 * @param namespace of its object
 * @param name of its object
 * @param uid of its object
 * @param username who made it
 */
record SessionRef(String namespace, String name, String uid, String username) {
  /** Where the API server has an object; both names are {@link ObjectName}s. */
  static String path(String namespace, String name) {
    return "/apis/dbg.dev/v1alpha1/namespaces/%s/debugsessions/%s".formatted(namespace, name);
  }

  String path() {
    return path(namespace, name);
  }

  /** Its name in messages. */
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
