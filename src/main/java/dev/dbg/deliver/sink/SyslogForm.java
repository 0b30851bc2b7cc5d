package dev.dbg.deliver.sink;

import dev.dbg.audit.read.AuditReader;

/**
 * How messages to one server look.
 *
 * @param facility its number, 0 to 23
 * @param host this host's name
 */
public record SyslogForm(int facility, String host) {
  byte[] message(AuditReader.Read record) {
    return SyslogMessage.of(record.fields(), facility, host);
  }
}
