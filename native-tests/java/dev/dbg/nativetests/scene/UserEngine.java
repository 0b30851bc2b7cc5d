package dev.dbg.nativetests.scene;

/** A real rootless engine of a user. Closing the user removes its containers. */
public interface UserEngine {
  /** The word that an operator types before {@code ://}. */
  String scheme();

  /**
   * Starts the server in a container without a network but loopback: what connects containers to
   * the outside does not concern dbg.
   *
   * @param options options of {@code run}
   */
  Container starts(String name, String... options);

  /** Makes its service answer at the usual socket. */
  void startsService();

  /** Sends its service a signal. */
  void serviceGets(String signal);

  /** From now on there is no service at the usual socket; the containers run on. */
  void endsService();
}
