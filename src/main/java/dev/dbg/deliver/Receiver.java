package dev.dbg.deliver;

import dev.dbg.audit.message.Field;
import dev.dbg.http.ServerAddress;
import dev.dbg.model.Glob;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A receiver of the log, as it is configured, dbgd.toml(5). */
public sealed interface Receiver {
  /** Its name, in messages, in records, and as the name of its cursor file. */
  String name();

  /** A syslog server that takes datagrams; {@code facility} is 0 to 23. */
  record Udp(String name, ServerAddress address, int facility) implements Receiver {}

  /** A syslog server that takes a stream. */
  record Tcp(String name, ServerAddress address, int facility) implements Receiver {}

  /** A syslog daemon of this host. */
  record Local(String name, Path socket, int facility) implements Receiver {}

  /** Another host's dbgd, which gets seals by ssh; {@code host} is [USER@]HOST[:PORT]. */
  record OtherHost(String name, String host) implements Receiver {}

  /** An authority that says when a head existed, RFC 3161. */
  record Timestamp(String name, URI authority) implements Receiver {}

  /** The cluster's API server, which keeps the log's head; the environment has empty values. */
  record Cluster(String name, Optional<URI> api, Path token, Path authority, Optional<String> node)
      implements Receiver {}

  /** An OpenTelemetry collector; {@code headers} is the file of additional ones. */
  record Otlp(String name, URI collector, Optional<Path> headers) implements Receiver {}

  /**
   * A web hook that is told of some records.
   *
   * @param to its address, or the file that has it
   * @param key the file of the key that signs what it is told
   * @param when of which records: the values of fields, as patterns
   */
  record Notify(
      String name, String to, Path key, Optional<Path> headers, Map<Field, List<Glob>> when)
      implements Receiver {}
}
