package dev.dbg.session;

import dev.dbg.model.ExitStatus;
import dev.dbg.wire.Packets;
import dev.dbg.wire.Reply;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code dbg version}. */
public final class Version {
  private Version() {}

  /** The version that the build wrote into the jar. */
  public static String number() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  static void print(Reply reply, boolean json) {
    if (json) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("version", number());
      facts.put("protocol", Packets.VERSION);
      facts.put("java", System.getProperty("java.version"));
      reply.println(Json.of(facts));
    } else {
      reply.println("dbg " + number());
    }
    reply.exit(ExitStatus.OK);
  }
}
