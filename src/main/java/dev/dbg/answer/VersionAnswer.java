package dev.dbg.answer;

import dev.dbg.config.BuildVersion;
import dev.dbg.model.ExitStatus;
import dev.dbg.wire.Packets;
import dev.dbg.wire.Reply;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code dbg version}. */
public final class VersionAnswer {
  private VersionAnswer() {}

  public static void print(Reply reply, boolean json) {
    if (json) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("version", BuildVersion.number());
      facts.put("protocol", Packets.VERSION);
      facts.put("java", System.getProperty("java.version"));
      reply.println(Json.of(facts));
    } else {
      reply.println("dbg " + BuildVersion.number());
    }
    reply.exit(ExitStatus.OK);
  }
}
