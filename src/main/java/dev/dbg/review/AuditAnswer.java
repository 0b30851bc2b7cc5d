package dev.dbg.review;

import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.Json;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.authorize.Rights;
import dev.dbg.grammar.Invocation;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.socket.Channel;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Operator;
import dev.dbg.model.RawText;
import dev.dbg.model.Refusal;
import dev.dbg.policy.audit.AuditReach;
import dev.dbg.resolve.user.UserReaders.TakenQuestion;
import dev.dbg.review.LogVerification.VerificationResult;
import dev.dbg.session.ClientRequest;
import dev.dbg.session.Services;
import dev.dbg.session.Session;
import dev.dbg.session.SessionLimits;
import dev.dbg.session.SessionRecords;
import dev.dbg.wire.ClientWatch;
import dev.dbg.wire.Reply;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code dbg audit}, dbg(1): decides which records the operator may read, records the access, and
 * has the log's reader process answer the client. No byte of the log comes back to dbgd.
 */
public final class AuditAnswer {
  private static final int NOT_INTACT = 1;

  /** The reader process is killed if it works twice as long for a disconnected client. */
  private static final Duration NOTICES_WITHIN = Duration.ofSeconds(30);

  private final Services services;
  private final LogReaders readers;
  private final AuditLog log;
  private final Operator operator;
  private final ClientRequest asker;
  private final Reply reply;
  private final SessionRecords records;
  private boolean isRecorded;

  public AuditAnswer(Services services, LogReaders readers, ClientRequest asker) {
    this.services = services;
    this.readers = readers;
    this.log = services.audit();
    this.operator = asker.operator();
    this.asker = asker;
    this.reply = asker.reply();
    this.records = asker.records();
  }

  /** Returns the operator to whose records the request is limited, if it is. */
  private static Optional<String> whose(Invocation.Audit asked) {
    return switch (asked) {
      case Invocation.Audit.Listing listing -> listing.wanted().operator();
      case Invocation.Audit.Summary summary -> summary.wanted().operator();
      case Invocation.Audit.Export export -> export.wanted().operator();
      default -> Optional.empty();
    };
  }

  private AuditReach reach(Rights rights) {
    return rights.policy().auditReach(operator, Instant.now());
  }

  public void give(Invocation.Audit asked) throws AuditFailure {
    AuditReach reach = reach(asker.rights());
    if (asked instanceof Invocation.Audit.Access told) {
      reply.exit(tellAccess(told, reach));
      return;
    }
    if (asked instanceof Invocation.Audit.Verify && !reach.isWhole()) {
      Refusal refusal =
          Refusal.denied(
              "verify needs access to all records: dbg audit lists the records that you may read");
      services.repeats().append(records.denied(refusal));
      Session.refuse(reply, refusal);
      return;
    }
    try (SessionLimits.Place turn = readers.turn(operator.uid())) {
      AuditReach onRecord = recorded(reach, whose(asked));
      if (asked instanceof Invocation.Audit.Verify verify) {
        verify(verify);
      } else {
        read(asked, reach, onRecord, turn);
      }
    } catch (LogReaders.Busy e) {
      reply.fail(e.message());
    } catch (IOException e) {
      reply.fail(
          "the audit log in %s cannot be read: %s"
              .formatted(log.settings().directory(), e.getMessage()));
    }
  }

  /**
   * Records an access to others' records, once a request, before the first of them is shown. A
   * request limited to the operator's own records needs no access record, and reaches no record of
   * a user of the same name or uid.
   *
   * @param whose the operator to whose records the request is limited; empty if it is not
   * @throws AuditFailure if the access cannot be recorded, and so nothing may be shown. Root, who
   *     can read the files anyway, gets a warning instead.
   * @throws LogReaders.Busy if the access would only be counted, without a record of its own
   */
  private AuditReach recorded(AuditReach reach, Optional<String> whose)
      throws AuditFailure, LogReaders.Busy {
    List<String> names = List.of(operator.user(), operator.uid().toString());
    if (isRecorded || !reach.isWide()) {
      return reach;
    }
    if (whose.filter(names::contains).isPresent()) {
      return reach.own();
    }
    isRecorded = true;
    try {
      boolean known = services.repeats().appendWords(records.read(reach.places()));
      if (!known && !operator.isRoot()) {
        throw new LogReaders.Busy(
            "too many refusals and accesses of yours for the log in a short time: try again in a minute");
      }
    } catch (AuditFailure e) {
      if (!operator.isRoot()) {
        throw e;
      }
      reply.complain("this access could not be recorded: " + e.message());
    }
    return reach;
  }

  private void verify(Invocation.Audit.Verify asked) throws IOException {
    Optional<VerificationResult> said = check(log.head(), asked.json());
    said.map(VerificationResult::text).ifPresent(reply::print);
    boolean isIntact = said.filter(VerificationResult::intact).isPresent();
    reply.exit(isIntact ? ExitStatus.OK : NOT_INTACT);
  }

  private Optional<VerificationResult> check(ChainHead head, boolean json) throws IOException {
    return readers.verification().run(head, json, new ClientWatch(asker.connection(), reply));
  }

  /**
   * Has the reader process answer the client, and answers its questions.
   *
   * @param onRecord the records that may be shown
   */
  private void read(
      Invocation.Audit asked, AuditReach reach, AuditReach onRecord, SessionLimits.Place turn)
      throws IOException, AuditFailure, LogReaders.Busy {
    ChainHead head = log.head();
    String verification = null;
    if (asked instanceof Invocation.Audit.Export export
        && export.format() == Invocation.ExportFormat.HTML
        && reach.isWhole()) {
      verification = check(head, true).map(VerificationResult::text).orElse(null);
    }
    ReviewOrder order =
        new ReviewOrder(
            ReviewOrder.ReviewRequest.of(asker.request()),
            new ReviewOrder.ReviewReader(operator.uid().number(), operator.user()),
            records.session(),
            ReviewOrder.ReviewState.of(head, onRecord),
            log.host(),
            verification);
    List<Channel> ends = Channel.pair();
    try (Channel channel = ends.getFirst()) {
      TakenQuestion handed;
      try (Channel theirs = ends.getLast()) {
        handed =
            readers.process().ask(order.bytes(), List.of(asker.connection().fd(), theirs.fd()));
      }
      try (handed) {
        if (!isDone(channel, asked, turn)) {
          reply.fail("the process that reads the log has ended: try again");
        }
      }
    }
  }

  /** Returns true if the client has its answer or has disconnected, or if dbgd stops. */
  private boolean isDone(Channel channel, Invocation.Audit asked, SessionLimits.Place turn)
      throws IOException, AuditFailure, LogReaders.Busy {
    Optional<byte[]> message = next(channel);
    while (message.isPresent()) {
      switch (message.get()[0]) {
        case ReviewOrder.DONE -> {
          return true;
        }
        case ReviewOrder.REST -> turn.close();
        default -> channel.send(present(asked).bytes(), List.of());
      }
      message = next(channel);
    }
    if (log.isOver()) {
      reply.exit(ExitStatus.OK);
    }
    return log.isOver();
  }

  /**
   * Returns the next message; empty if the process closed the channel. A process that does not
   * notice that its client has disconnected hangs, and is killed.
   */
  private Optional<byte[]> next(Channel channel) throws KernelException {
    boolean wasGone = false;
    while (true) {
      channel.receiveWithin(NOTICES_WITHIN);
      try {
        return channel.receive(1);
      } catch (KernelException e) {
        if (!e.isTimeout()) {
          throw e;
        }
        if (wasGone) {
          readers.process().kill();
        }
        wasGone = asker.connection().isGone();
      }
    }
  }

  /** Decides again which records may be read: a reload may have changed the policy. */
  private ReviewOrder.ReviewState present(Invocation.Audit asked)
      throws AuditFailure, LogReaders.Busy {
    AuditReach now = recorded(reach(services.rights().get()), whose(asked));
    return ReviewOrder.ReviewState.of(log.head(), now);
  }

  private int tellAccess(Invocation.Audit.Access asked, AuditReach reach) {
    if (asked.json()) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("own", true);
      facts.put("all", reach.isWhole());
      facts.put("accesses", reach.words());
      reply.println(Json.of(facts));
    } else {
      reply.println(operator.isRoot() ? "all records: you are root" : "your own records");
      reach.words().forEach(words -> reply.println(RawText.printable(words)));
    }
    return ExitStatus.OK;
  }
}
