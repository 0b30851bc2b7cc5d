package dev.dbg.serve;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.kernel.socket.PeerCredentials;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.Operator;
import dev.dbg.model.Uid;
import dev.dbg.trace.Stage;
import dev.dbg.trace.Trace;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How the user of a client's process logged in: login uid, audit session and terminal, read once
 * from its process, which a pidfd holds meanwhile, and from where. Of a process that is gone
 * nothing is known.
 *
 * <p>For any thread, while the connection is open.
 */
final class PeerLogin implements Supplier<Operator.Login> {
  private final UnixConnection connection;
  private final PeerCredentials peer;
  private Operator.@Nullable Login login; // Guarded by this.

  PeerLogin(UnixConnection connection, PeerCredentials peer) {
    this.connection = connection;
    this.peer = peer;
  }

  @Override
  public synchronized Operator.Login get() {
    Operator.Login known = login;
    if (known == null) {
      known = read();
      login = known;
    }
    return known;
  }

  private Operator.Login read() {
    try (Stage _ = Trace.stage("read the login");
        PidFd process = held(connection, peer);
        ProcDir proc = ProcDir.open(peer.pid())) {
      if (process.isAlive()) {
        Optional<Long> user = proc.loginUid();
        Optional<Long> session = proc.auditSession();
        return new Operator.Login(
            user.map(Uid::new),
            session,
            proc.terminal(),
            LoginSource.of(LoginSource.SESSIONS, session, user));
      }
    } catch (KernelException e) {
      // The process is gone.
    }
    return Operator.Login.UNKNOWN.get();
  }

  /** SO_PEERPIDFD; on an older kernel, the process that has the number now. */
  static PidFd held(UnixConnection connection, PeerCredentials peer) throws KernelException {
    Optional<PidFd> process = connection.peerProcess();
    return process.isPresent() ? process.get() : PidFd.open(peer.pid());
  }
}
