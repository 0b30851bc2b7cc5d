package dev.dbg.review;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.record.Json;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.process.Terminal;
import dev.dbg.model.Gid;
import dev.dbg.model.Operator;
import dev.dbg.model.RawText;
import dev.dbg.model.Uid;
import dev.dbg.policy.audit.AuditAccess;
import dev.dbg.policy.audit.AuditReach;
import dev.dbg.wire.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * dbgd's order to the log's reader process to answer a client. Two descriptors go with it: the
 * client's connection, to which the process sends the answer, and an end of a {@link
 * dev.dbg.kernel.socket.Channel} for these messages:
 *
 * <ul>
 *   <li>From the process: {@link #REST}. From now on it mostly waits for the client, so the turn is
 *       returned.
 *   <li>From the process: {@link #ASK}. dbgd answers with a {@link ReviewState}.
 *   <li>From the process: {@link #DONE}. The client has its answer. A process that closes the
 *       channel without it has failed.
 *   <li>dbgd closes the channel when nothing may be shown any more.
 * </ul>
 *
 * @param request the client's request, which the process parses again
 * @param session the number under which this access is recorded; its records are not shown
 * @param present the state at the time of the order
 * @param host the log's host
 * @param verification the output of the log's verification, as JSON; null if there was none
 */
public record ReviewOrder(
    ReviewRequest request,
    ReviewReader operator,
    String session,
    ReviewState present,
    HostIdentity host,
    @Nullable String verification) {
  public static final byte REST = 'r';

  public static final byte ASK = 'a';
  public static final byte DONE = 'd';

  private static final JsonMapper JSON = new JsonMapper();

  /** The client's variables that change the form of the answer. */
  private static final List<String> VARIABLES =
      List.of(Request.TERMINAL, Request.ZONE, Request.NO_COLOUR);

  /** The most characters of a verification's output that are sent. */
  private static final int MOST_OF_VERIFICATION = 1 << 15;

  public ReviewOrder {
    if (verification != null && verification.length() > MOST_OF_VERIFICATION) {
      verification = verification.substring(0, MOST_OF_VERIFICATION) + "…\n";
    }
  }

  /** The parts of a request that its answer depends on; the client's texts are bytes. */
  public record ReviewRequest(
      int rows,
      int columns,
      Set<Integer> terminals,
      Map<String, byte[]> environment,
      List<byte[]> arguments) {
    static ReviewRequest of(Request request) {
      return new ReviewRequest(
          request.window().rows(),
          request.window().columns(),
          request.terminals(),
          VARIABLES.stream()
              .filter(request.environment()::containsKey)
              .collect(toMap(name -> name, name -> RawText.encode(request.variable(name)))),
          request.arguments().stream().map(RawText::encode).toList());
    }

    /** Returns the request that the client sent. */
    public Request request() {
      return new Request(
          new Terminal.Size(rows, columns),
          terminals,
          environment.entrySet().stream()
              .collect(toMap(Map.Entry::getKey, variable -> RawText.decode(variable.getValue()))),
          "/",
          arguments.stream().map(RawText::decode).toList());
    }
  }

  /** The operator who reads. */
  public record ReviewReader(long uid, String user) {
    /** Returns the operator without groups, which no decision of the reader needs. */
    public Operator operator() {
      return new Operator(
          new Uid(uid), user, new Gid(0), Map.of(), ThisProcess.pid(), Operator.Login.UNKNOWN);
    }
  }

  /** An access to records of others: the policy's place, and the records that it reaches. */
  public record ReviewAccess(String place, AuditAccess.Reach reach) {}

  /**
   * The permissions at one moment.
   *
   * @param head the last record
   * @param accesses the policy's accesses to others' records for the operator
   */
  public record ReviewState(ChainHead head, List<ReviewAccess> accesses) {
    static ReviewState of(ChainHead head, AuditReach reach) {
      return new ReviewState(
          head,
          reach.accesses().stream()
              .map(access -> new ReviewAccess(access.place(), access.reach()))
              .toList());
    }

    /** Returns the records that this operator may read. */
    public AuditReach reach(Operator operator) {
      return new AuditReach(
          operator,
          accesses.stream()
              .map(
                  access ->
                      new AuditAccess(access.place, List.of(), access.reach, Optional.empty()))
              .toList());
    }

    byte[] bytes() {
      return json(this);
    }

    /** Parses the bytes of {@link #bytes}. */
    public static ReviewState parse(byte[] bytes) throws IOException {
      return JSON.readValue(bytes, ReviewState.class);
    }
  }

  byte[] bytes() {
    return json(this);
  }

  /** Parses the bytes of {@link #bytes}. */
  public static ReviewOrder parse(byte[] bytes) throws IOException {
    return JSON.readValue(bytes, ReviewOrder.class);
  }

  private static byte[] json(Object value) {
    return Json.of(value).getBytes(StandardCharsets.US_ASCII);
  }
}
