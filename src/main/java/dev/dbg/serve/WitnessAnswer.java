package dev.dbg.serve;

import dev.dbg.audit.file.PrivateFiles;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.grammar.Invocation;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Refusal;
import dev.dbg.session.ClientRequest;
import dev.dbg.session.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code dbg witness}: notes in this host's log how far another's has come. The last seal of each
 * is in a file, so that a log that was cut or begun anew is noticed when its next one comes.
 */
record WitnessAnswer(Agent agent, ClientRequest client) {
  /** A log of which somebody invents seals adds one record to this host's in this time. */
  private static final Duration EACH = Duration.ofSeconds(2);

  private static final Pattern NOTED = Pattern.compile("(\\d+) (\\d+):[0-9a-f]+");

  void give(Invocation.NoteSeal said) throws AuditFailure {
    try {
      if (!client.operator().user().equals(agent.witnessed().get(said.host()))) {
        throw Refusal.denied("dbgd.toml does not let you speak for the log of " + said.host());
      }
      synchronized (WitnessAnswer.class) {
        note(said, agent.services().audit());
      }
      client.reply().exit(ExitStatus.OK);
    } catch (Refusal refusal) {
      agent.services().repeats().append(client.records().denied(refusal));
      Session.refuse(client.reply(), refusal);
    } catch (IOException e) {
      client.reply().fail("the seal cannot be noted: " + e.getMessage());
    }
  }

  /**
   * The record comes first: after a crash between the two the seal is sent, and recorded, again.
   */
  private void note(Invocation.NoteSeal said, AuditLog log)
      throws IOException, Refusal, AuditFailure {
    Path noted = log.settings().directory().resolve("witnessed/" + said.host());
    if (Files.exists(noted)) {
      String last = Files.readString(noted).strip();
      if (last.equals(said.toString())) {
        return;
      }
      Matcher seal = NOTED.matcher(last);
      if (!seal.matches()
          || said.epoch() <= Long.parseLong(seal.group(1))
          || said.number() <= Long.parseLong(seal.group(2))) {
        throw Refusal.denied(
            "verify the log of %s: its seal %s does not follow %s, which came before"
                .formatted(said.host(), said, last));
      }
      if (Files.getLastModifiedTime(noted).toInstant().isAfter(Instant.now().minus(EACH))) {
        throw new IOException("another one came less than 2 s ago");
      }
    }
    log.append(client.records().witnessed());
    PrivateFiles.createDirectories(noted.resolveSibling(""));
    PrivateFiles.replace(noted, said.toString());
  }
}
