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
 * What dbgd orders the process that reads the log to show. With it go two descriptors: the client's
 * connection, to which the process sends the answer, and an end of a {@link
 * dev.dbg.kernel.socket.Channel} on which both tell each other the following, a message each.
 *
 * <ul>
 *   <li>The process: {@link #REST}. From now on it works little, and mostly waits for the client.
 *   <li>The process: {@link #ASK}. The answer is a {@link ReviewState}.
 *   <li>The process: {@link #DONE}. The client has its answer. Closing without it means that the
 *       process failed.
 *   <li>dbgd closes it when nothing may be shown any more.
 * </ul>
 *
 * @param request what the client asked for, which the process parses again
 * @param operator who asked
 * @param session the number under which this access is recorded; its records are not shown
 * @param present what held when it was ordered
 * @param host the host of the log
 * @param verification what the verification of the log printed, as JSON; null if there was none
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

  /** What decides how the answer looks. */
  private static final List<String> VARIABLES =
      List.of(Request.TERMINAL, Request.ZONE, Request.NO_COLOUR);

  /** Of what a verification printed; the whole is printed by {@code dbg audit verify}. */
  private static final int MOST_OF_VERIFICATION = 1 << 15;

  public ReviewOrder {
    if (verification != null && verification.length() > MOST_OF_VERIFICATION) {
      verification = verification.substring(0, MOST_OF_VERIFICATION) + "…\n";
    }
  }

  /** A request, without what does not concern its answer; texts of the client's are bytes. */
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

    /** The same as it came. */
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

  /** Who reads. */
  public record ReviewReader(long uid, String user) {
    /** As far as it is known; nothing else of it decides. */
    public Operator operator() {
      return new Operator(
          new Uid(uid), user, new Gid(0), Map.of(), ThisProcess.pid(), Operator.Login.UNKNOWN);
    }
  }

  /** An access to records of others: its place, and what it reaches. */
  public record ReviewAccess(String place, AuditAccess.Reach reach) {}

  /**
   * What holds at a moment.
   *
   * @param head the last record
   * @param accesses what the policy lets the operator read beside their own records
   */
  public record ReviewState(ChainHead head, List<ReviewAccess> accesses) {
    static ReviewState of(ChainHead head, AuditReach reach) {
      return new ReviewState(
          head,
          reach.accesses().stream()
              .map(access -> new ReviewAccess(access.place(), access.reach()))
              .toList());
    }

    /** What this operator may read. */
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

    /** Reads what {@link #bytes} wrote. */
    public static ReviewState parse(byte[] bytes) throws IOException {
      return JSON.readValue(bytes, ReviewState.class);
    }
  }

  byte[] bytes() {
    return json(this);
  }

  /** Reads what {@link #bytes} wrote. */
  public static ReviewOrder parse(byte[] bytes) throws IOException {
    return JSON.readValue(bytes, ReviewOrder.class);
  }

  private static byte[] json(Object value) {
    return Json.of(value).getBytes(StandardCharsets.US_ASCII);
  }
}
