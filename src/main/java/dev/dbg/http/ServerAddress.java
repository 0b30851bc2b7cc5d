package dev.dbg.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A host name or address, and a port. The name is resolved for each connection. */
public record ServerAddress(String host, int port) {
  /** {@code usual}: the port, if the URI says none. */
  public static ServerAddress of(URI server, int usual) {
    String bare = server.getHost().replaceAll("[\\[\\]]", "");
    return new ServerAddress(bare, server.getPort() < 0 ? usual : server.getPort());
  }

  /** An address of http or https; empty if the text is none. */
  public static Optional<URI> ofWeb(String text) {
    try {
      URI uri = new URI(text);
      String scheme = String.valueOf(uri.getScheme());
      return Optional.of(uri)
          .filter(_ -> scheme.equals("http") || scheme.equals("https"))
          .filter(_ -> uri.getHost() != null && uri.getUserInfo() == null);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /** Asks for the address that it has now. */
  public InetSocketAddress resolve() throws IOException {
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

  /**
   * A connection to a server that is not trusted, which ends at a time, and of which no more than
   * so many bytes are read. Both hold below TLS: it keeps what no answer shows, of a ticket of
   * twenty bytes a session of hundreds, and a time-out of its own is for each read, and for no
   * write. For one thread at a time.
   */
  public static final class Connection extends Socket {
    /** What the server may send; half of it would do for its certificates. */
    static final int MOST = 1 << 17;

    /** Not a Timer, which goes by the clock: who sets that back would put deadlines off. */
    private static final ScheduledThreadPoolExecutor ENDS =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("deadlines").daemon().factory());

    static {
      ENDS.setRemoveOnCancelPolicy(true);
    }

    private ScheduledFuture<?> end;
    private volatile boolean isLate;
    private int left = MOST;

    public Connection(Duration time) {
      super(Proxy.NO_PROXY);
      end = endIn(time);
    }

    private ScheduledFuture<?> endIn(Duration time) {
      return ENDS.schedule(this::endLate, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** From now on it has so much time. */
    void goOn(Duration time) {
      boolean _ = end.cancel(false);
      end = endIn(time);
    }

    /** These bytes, which were read, do not count. */
    void allow(int count) {
      left += count;
    }

    /** Whether it may be used again: half of what may be read is left, and nothing has come. */
    boolean isFresh() {
      try {
        setSoTimeout(1);
        boolean _ = left >= MOST / 2 && super.getInputStream().read() < 0;
        return false;
      } catch (SocketTimeoutException e) {
        return true;
      } catch (IOException e) {
        return false;
      }
    }

    /** Whether its time was over before it was closed. */
    public boolean isLate() {
      return isLate;
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return new FilterInputStream(super.getInputStream()) {
        @Override
        public int read() throws IOException {
          byte[] one = new byte[1];
          return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] into, int from, int most) throws IOException {
          if (left == 0) {
            throw new IOException("the server sent more than %d bytes".formatted(MOST));
          }
          int got = super.read(into, from, Math.min(most, left));
          left -= Math.max(got, 0);
          return got;
        }
      };
    }

    private void endLate() {
      isLate = true;
      try {
        super.close();
      } catch (IOException e) {
        // The connection is given up.
      }
    }

    @Override
    public void close() throws IOException {
      boolean _ = end.cancel(false);
      super.close();
    }
  }
}
