package dev.dbg.administer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.authorize.Authorizer;
import dev.dbg.authorize.Circumstances;
import dev.dbg.authorize.Permission;
import dev.dbg.authorize.Rights;
import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.Invocation;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Refusal;
import dev.dbg.model.Samples;
import dev.dbg.policy.PolicyReader;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.Shipped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which namespaces are chosen for a line that names none, or {@code all}. */
class NamespaceChoiceTest {
  private static final Catalogue CATALOGUE = Shipped.catalogue();
  private static final Grammar GRAMMAR = new Grammar();
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  private static final String POLICY =
      """
      [[rule]]
      who = ["user:ana"]
      containers = ["*", "podman://una/*"]
      namespaces = ["net", "mnt", "pid", "uts", "user", "cgroup"]
      tools = ["ss", "du", "ps", "dig", "curl", "id", "cat"]

      [[rule]]
      who = ["user:bo"]
      containers = ["*", "podman://una/*"]
      namespaces = ["net"]
      tools = ["ss", "du", "curl", "id"]

      [[rule]]
      who = ["user:bo"]
      containers = ["*", "podman://una/*"]
      namespaces = ["net", "mnt"]
      tools = ["curl", "du"]

      [[rule]]
      who = ["user:di"]
      containers = ["*"]
      namespaces = ["net", "pid"]
      host-namespaces = true
      tools = ["ss", "ps", "lsof", "strace"]

      [[rule]]
      who = ["user:fay"]
      containers = ["*"]
      namespaces = ["pid"]
      tools = ["lsof"]

      [[rule]]
      who = ["user:gil"]
      containers = ["*"]
      namespaces = ["net", "pid"]
      tools = ["lsof"]

      [[rule]]
      who = ["user:hal"]
      containers = ["*"]
      namespaces = ["mnt"]
      tools = ["cat"]

      [[rule]]
      who = ["user:joe"]
      containers = ["*"]
      namespaces = ["net", "mnt", "pid"]
      tools = ["cat"]

      [[rule]]
      who = ["user:joe"]
      containers = ["*"]
      namespaces = ["pid", "ipc", "uts"]
      tools = ["lsof"]

      [[rule]]
      who = ["user:ivy"]
      containers = ["*"]
      namespaces = ["net", "mnt", "ipc", "uts", "pid"]
      tools = ["cat", "zcat", "getent", "ipcs"]

      [[rule]]
      who = ["user:eve"]
      containers = ["*"]
      namespaces = ["mnt"]
      tools = ["cat"]
      [rule.arguments.cat]
      operands = ["/var/log/*", "/shadow"]
      """;

  private static final String CONTAINERS =
      """
      [[container]]
      name = "web"
      shares = ["user", "time", "cgroup"]
      [[container]]
      name = "hostnet"
      shares = ["net", "user", "time", "cgroup"]
      [[container]]
      name = "pod"
      owner = "una"
      [[container]]
      name = "pod-foreign"
      owner = "una"
      foreign = ["net"]
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        // What the tool requires and also uses, as far as the rule permits it.
        "ana~web -- ss -tln~net,pid",
        "bo~web -- ss -tln~net",
        "ana~web -- du /~mnt",
        "ana~web -- ps~pid",
        // All that the container has and one rule permits, without what the tool excludes.
        "ana~web all -- ps~net,mnt,pid,uts",
        "ana~web all -- curl http://x~net,mnt,pid,uts",
        "bo~web all -- curl http://x~net,mnt",
        // A namespace that is shared with the host is left out, unless the tool requires it.
        "ana~hostnet all -- ps~mnt,pid,uts",
        "ana~hostnet -- ss~refused",
        "ana~hostnet all -- ss~refused",
        "di~hostnet -- ss~net,pid",
        "di~hostnet all -- ps~pid",
        // The files of a user's container only together with its user namespace.
        "ana~podman://una/pod -- du /~mnt,user",
        "bo~podman://una/pod -- du /~refused",
        "bo~podman://una/pod all -- curl http://x~net",
        // What does not belong to that user is left out, unless the tool requires it.
        "ana~podman://una/pod-foreign all -- ps~mnt,pid,uts,user,cgroup",
        "ana~podman://una/pod-foreign -- ss~refused",
        // A rule sees a relative path below the directory of -w.
        "eve~-w /var/log web mnt -- cat x~mnt",
        "eve~-w /etc web mnt -- cat shadow~refused",
        "eve~-w /etc web mnt -- cat /shadow~mnt",
        "eve~-w /var/log/.. web mnt -- cat log/x~refused",
        "eve~web mnt -- cat shadow~mnt",
        // Some options need what the tool otherwise only also uses.
        "gil~web -- lsof -nPi~net,pid",
        "gil~web -- lsof -p 1~net,pid",
        "gil~web pid -- lsof -p 1~pid",
        "gil~web pid -- lsof -i~refused",
        "gil~hostnet -- lsof -p 1~pid",
        "gil~hostnet -- lsof -nPi~refused",
        "gil~hostnet -- lsof -iTCP -s TCP:LISTEN~refused",
        "gil~hostnet -- lsof -U -p 1~refused",
        "gil~hostnet all -- lsof -i~refused",
        "di~hostnet -- lsof -i~net,pid",
        "di~web -- strace -yy -p 1~net,pid",
        "di~hostnet -- strace -yy -p 1~pid",
        "fay~web -- lsof -p 1~pid",
        "fay~web -- lsof -i~refused",
        "ivy~web net -- getent hosts a.example~net",
        "ivy~web net -- getent hosts services~net",
        "ivy~web net -- getent passwd~refused",
        "ivy~web -- getent passwd~net,mnt",
        "bo~web -- getent passwd~refused",
        "ivy~web ipc -- ipcs -m~ipc",
        "ivy~web ipc -- ipcs -m -p~refused",
        // A file of /proc that shows the network, or the like, of who reads it.
        "hal~web -- cat /etc/hosts~mnt",
        "hal~web -- cat /proc/net/tcp~refused",
        "hal~web -- cat /etc/hosts //proc/./self//net/tcp~refused",
        "hal~-w /proc web -- cat net/tcp~refused",
        "hal~web -- cat /proc/sys/net/core/somaxconn~refused",
        "hal~web -- cat /proc/sysvipc/shm~refused",
        "hal~web -- cat /proc/sys/kernel/shmmax~refused",
        "hal~web -- cat /proc/sys/kernel/hostname~refused",
        "hal~web -- cat /proc/sys/kernel/pid_max~refused",
        "hal~web -- cat /proc/sys/kernel/ostype~mnt",
        "hal~web -- cat /proc/self/task/7/net/tcp~refused",
        "joe~web -- cat /proc/sysvipc/shm~refused",
        "joe~web -- cat /proc/net/tcp~net,mnt,pid",
        "joe~web all -- lsof -i~refused",
        "hal~web -- cat /proc/network~mnt",
        "ivy~web mnt -- cat /proc/net/tcp~refused",
        "ivy~web mnt,net -- cat /proc/net/tcp~net,mnt",
        "ivy~web -- zcat -f /proc/net/dev~net,mnt",
        "ivy~web -- cat /proc/sys/kernel/shmmax~net,mnt,pid,ipc",
        "ivy~hostnet -- cat /proc/net/tcp~refused",
        // The list of mounts is the container's without pid alone.
        "joe~web -- cat /proc/mounts~net,mnt",
        "joe~web all -- cat /proc/self/mountinfo~net,mnt",
        "joe~-w /proc/self web -- cat mounts~net,mnt",
        "joe~web -- cat /etc/mtab~net,mnt",
        "joe~web -- cat /proc/self/task/7/mounts~net,mnt",
        "joe~web -- cat /proc/sys/kernel/pid_max /proc/mounts~refused",
        "joe~web mnt,pid -- cat /proc/mounts~refused",
        "joe~web mnt,pid -- cat /proc/1/mounts~mnt,pid",
        // A control group is named as the container sees it, where that is permitted.
        "ana~podman://una/pod -- ps -p 1~pid",
        "ana~podman://una/pod -- ps -p 1 -o pid,cgroup:30~pid,cgroup",
        "ana~podman://una/pod -- ps axo pid,cgname~pid,cgroup",
        "ana~podman://una/pod pid -- ps -o cgroup~pid",
        "ana~podman://una/pod-foreign -- ps -o cgroup=~pid,cgroup",
        "ana~web -- ps -eo cgroup~pid",
        "ana~podman://una/pod -- cat /proc/1/./cgroup~net,mnt,pid,user,cgroup",
        "ana~podman://una/pod -- cat /proc/1/task/7/cgroup~net,mnt,pid,user,cgroup",
        "ana~podman://una/pod -- cat /proc/1/cgroups cgroup~net,mnt,pid,user",
        "joe~web -- cat /proc/1/cgroup~net,mnt,pid",
        // Files of the tool's own process.
        "joe~web -- cat /proc/self/limits~refused",
        "joe~-w /proc/self web -- cat limits~refused",
        "joe~web mnt -- cat /etc/hosts /proc/./thread-self//attr/current~refused",
        "joe~web -- cat /proc/1/limits~net,mnt,pid",
        // No rule, no namespaces.
        "cy~web -- ss~refused",
        "ana~web -- lsof~refused",
      })
  void as_many_as_one_rule_permits(String operator, String words, String expected)
      throws Exception {
    Rights rights =
        new Rights(
            new PolicyReader(CATALOGUE).read(new TreeMap<>(Map.of("p.toml", POLICY))), CATALOGUE);
    TestContainers containers =
        new TestContainers(PolicyTestFile.parse("t.toml", CONTAINERS).containers());
    Authorizer<TestContainers.Container> authorizer =
        new Authorizer<>(rights, containers, TestContainers.HOST, Samples.operator(operator));
    Invocation.Exec exec = (Invocation.Exec) GRAMMAR.parse(List.of(words.split(" ")));
    String chosen;
    try (Permission<?> permission =
        authorizer.permission(exec.line(), new Circumstances(false, false, NOW))) {
      chosen = NamespaceKind.words(permission.namespaces().keySet());
    } catch (Refusal refusal) {
      chosen = "refused";
    }
    assertEquals(expected, chosen, words);
  }
}
