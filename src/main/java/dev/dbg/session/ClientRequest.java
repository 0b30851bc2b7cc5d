package dev.dbg.session;

import dev.dbg.authorize.Rights;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.Operator;
import dev.dbg.wire.Reply;
import dev.dbg.wire.Request;

/**
 * One request, and the destination of its answer. For the connection's thread.
 *
 * @param rights the rights that were in force when it came
 */
public record ClientRequest(
    Operator operator, Request request, Rights rights, UnixConnection connection, Reply reply) {
  /** Creates the records of this request. */
  public SessionRecords records() {
    return new SessionRecords(operator, request, rights);
  }
}
