package dev.dbg.deliver.sink;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A host name or address, and a port. The name is resolved for each connection. */
public record ServerAddress(String host, int port) {
  InetSocketAddress resolve() throws IOException {
    InetSocketAddress resolved = new InetSocketAddress(host, port);
    if (resolved.isUnresolved()) {
      throw new IOException("the host name %s cannot be resolved".formatted(host));
    }
    return resolved;
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
