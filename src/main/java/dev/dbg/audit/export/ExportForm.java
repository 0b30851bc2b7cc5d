package dev.dbg.audit.export;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.read.AuditReader;

/** A record in the form of somebody else's, as a line. */
@FunctionalInterface
public interface ExportForm {
  /** The record's line, with its end. */
  String line(AuditReader.Read record);

  /** Elastic Common Schema 9. */
  static String ecs(JsonNode record) {
    return EcsForm.line(record);
  }

  /**
   * Open Cybersecurity Schema Framework 1.8, process activity, class 1007.
   *
   * @param version dbg's
   * @param host this host's name, which no record has and the schema wants
   */
  static String ocsf(JsonNode record, String version, String host) {
    return OcsfForm.line(record, version, host);
  }

  /** ArcSight's Common Event Format, revision 0. */
  static String cef(JsonNode record, String version) {
    return CefForm.line(record, version);
  }
}
