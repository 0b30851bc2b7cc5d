package dev.dbg.answer;

import dev.dbg.audit.record.Json;
import dev.dbg.config.BuildVersion;
import dev.dbg.grammar.Invocation;
import dev.dbg.model.ExitStatus;
import dev.dbg.wire.Packets;
import dev.dbg.wire.Reply;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code dbg version}: dbgd's part, below the client's own version. */
public final class VersionAnswer {
  private VersionAnswer() {}

  public static void print(Reply reply, Invocation.Version asked) {
    if (asked.json()) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("version", BuildVersion.number());
      facts.put("protocol", Packets.VERSION);
      facts.put("java", System.getProperty("java.version"));
      asked.client().ifPresent(client -> facts.put("client", client));
      reply.println(Json.of(facts));
    } else if (asked.client().isEmpty()) {
      reply.println("dbg " + BuildVersion.number());
    } else if (!asked.client().get().equals(BuildVersion.number())) {
      reply.println("dbgd " + BuildVersion.number());
    }
    reply.exit(ExitStatus.OK);
  }
}
