package dev.dbg.nativetests.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.AlteredDbgd;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Records name the host, also where dbgd has a host name of its own, as under systemd. */
@Tag("native")
@Tag("whole")
final class NamedHostTest {
  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING).startedByTheClass();

  @RegisterExtension static final Host ownNamed = host.inWhich(AlteredDbgd.OwnNamed.class);

  @Test
  void records_have_the_hosts_name_and_machine_id_and_not_the_name_of_dbgds_namespace()
      throws IOException {
    // A security module may hide process 1 from root; kernel threads are in the same namespace.
    String oracle = "nsenter -t 1 -u hostname 2>/dev/null || nsenter -t 2 -u hostname";
    String name = Machine.runs("sh", "-c", oracle).exits(0).out().strip();
    assertFalse(name.isEmpty());
    String id = Files.readString(Path.of("/etc/machine-id")).strip();
    host.docker().starts("dbgt-named");

    host.daemon().startsWithHostName("dbgt-other");
    AuditRecord intent =
        host.ann().runs("dbgt-named net -- ss -tlnH").exits(0).isRecorded().leaves("intent");
    intent.says("/host/name", name).says("/host/id", id);
    host.daemon().reloads().says("/host/name", name);
    host.root().runs("audit verify").exits(0);
    String exported = host.root().runs("audit export --format ocsf").exits(0).out();
    assertTrue(exported.contains("\"hostname\":\"" + name + "\""), exported);
    assertTrue(exported.contains("\"uid\":\"" + id + "\""), exported);

    ownNamed.daemon().startsWithHostName("dbgt-other");
    assertEquals("dbgt-other", ownNamed.daemon().reloads().text("/host/name"));
  }
}
