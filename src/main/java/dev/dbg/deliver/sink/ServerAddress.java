package dev.dbg.deliver.sink;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A host, by name or number, and a port. It is looked up anew for each connection. */
public record ServerAddress(String host, int port) {
  InetSocketAddress resolve() throws IOException {
    InetSocketAddress resolved = new InetSocketAddress(host, port);
    if (resolved.isUnresolved()) {
      throw new IOException("%s is no host that is known here".formatted(host));
    }
    return resolved;
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
