package dev.dbg.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.write.AuditSettings;
import dev.dbg.cgroup.GroupLimits;
import dev.dbg.deliver.Receiver;
import dev.dbg.http.ServerAddress;
import dev.dbg.model.Uid;
import dev.dbg.model.amount.ByteSize;
import dev.dbg.resolve.RuntimePlaces;
import dev.dbg.resolve.containerd.ContainerdLocation;
import dev.dbg.resolve.containerd.CrioLocation;
import dev.dbg.resolve.engine.EngineLocation;
import dev.dbg.toml.TomlMistake;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DaemonConfigTest {
  private static final Path EXAMPLE = Path.of("src/main/dist/etc/dbg/dbgd.toml");

  @Test
  void an_empty_file_is_the_shipped_example() throws Exception {
    assertEquals(config(""), config(Files.readString(EXAMPLE)));
  }

  /** The example says that it shows the defaults, so the test omits each key in turn. */
  @Test
  void each_key_of_the_example_has_the_value_that_it_has_when_it_is_left_out() throws Exception {
    String example = Files.readString(EXAMPLE);
    List<String> keys = example.lines().filter(line -> line.matches("[a-z-]+ *=.*")).toList();
    assertEquals(33, keys.size());
    for (String key : keys) {
      assertEquals(config(example), config(example.replace(key + "\n", "")), key);
    }
  }

  /** An older file stays valid, however large it permits a recording to be. */
  @Test
  void where_a_recording_may_be_larger_there_is_room_for_as_many() throws Exception {
    DaemonConfig large = DaemonConfig.parse("x", "[limits]\nrecording = \"2G\"\n");
    assertEquals(new ByteSize(32, 'G'), large.recordingsPerUser());
    assertEquals(new ByteSize(128, 'G'), large.recordings());
    DaemonConfig small = DaemonConfig.parse("x", "[limits]\nrecording = \"1M\"\n");
    assertEquals(new ByteSize(1, 'G'), small.recordingsPerUser());
  }

  @Test
  void every_key_of_the_example_is_known_the_commented_ones_too() throws Exception {
    DaemonConfig config =
        config(Files.readString(EXAMPLE).replaceAll("(?m)^# ([a-z-]+ +=|\\[\\[)", "$1"));
    assertEquals(Optional.of("dbg"), config.group());
    assertEquals(Optional.of(Duration.ofDays(365)), config.audit().keepAge());
    assertEquals(Optional.of(10L << 30), config.audit().keepBytes());
    assertEquals(
        List.of(
            new Receiver.Tcp("siem", new ServerAddress("192.0.2.7", 601), 10),
            new Receiver.Otlp(
                "collector",
                URI.create("https://192.0.2.8:4318/v1/logs"),
                Optional.of(Path.of("/etc/dbg/collector.headers")))),
        config.receivers().receivers().subList(0, 2));
    assertEquals(
        "Notify[name=pager, to=/etc/dbg/pager.address, key=/etc/dbg/pager.key, headers=Optional.empty, when={EVENT=[denied], KIND=[rule]}]",
        config.receivers().receivers().get(2).toString());
    assertEquals(
        List.of(
            new Receiver.OtherHost("web2", "dbg-web1@web2"),
            new Receiver.Timestamp("tsa", URI.create("https://tsa.example/")),
            new Receiver.Cluster(
                "cluster",
                config.kube().api(),
                config.kube().token(),
                config.kube().authority(),
                config.kube().node())),
        config.receivers().receivers().subList(3, 6));
    assertEquals(Map.of("dbg-web3", "web3"), config.receivers().witnessed());
    assertEquals(Optional.of(new Uid(2000004242)), config.kube().agent());
    assertEquals(Optional.of(URI.create("https://192.0.2.9:6443")), config.kube().api());
    assertEquals(Optional.of("node1"), config.kube().node());
    assertEquals(Optional.of("dbg-4xv9q"), config.kube().pod());
    assertEquals(Optional.of("prod"), config.kube().cluster());
  }

  @Test
  void values_that_are_set_are_read() throws Exception {
    DaemonConfig config =
        config(
            """
            [socket]
            path = "/s"
            [audit]
            dir = "/a"
            rotate-size = "5K"
            rotate-age = "1h"
            keep = "2h"
            keep-size = "3M"
            seal-records = 7
            seal-every = "9s"
            reserve = "1G"
            journal = false
            delivered = "/n"
            [[audit.syslog]]
            name = "one"
            to = "udp://[::1]:5514"
            facility = "local7"
            [[audit.syslog]]
            name = "two"
            to = "unix:///dev/log"
            [[audit.syslog]]
            name = "three"
            to = "tcp://logs.example"
            [[audit.otlp]]
            name = "four"
            to = "http://127.0.0.1:4318/v1/logs"
            [policy]
            dir = "/p"
            [tools]
            dir = "/t"
            [runtimes]
            docker = ["/d1", "/d2"]
            podman = []
            docker-state = ["/s1", "/s2"]
            docker-cgroup-parent = ["", "/all/containers"]
            containerd = ["/c1/c.sock", "/c2/c.sock"]
            crio = ["/g:/r"]
            lxc = ["/l1", "/l2"]
            incus = []
            nspawn = false
            rootless = false
            [limits]
            sessions = 5
            sessions-per-user = 2
            timeout = "90s"
            drain = "30s"
            processes = 20
            memory = "1G"
            recording = "8M"
            recordings-per-user = "16M"
            recordings = "17M"
            [metrics]
            file = "/m/dbg.prom"
            [kube]
            agent = "2000004242"
            port = 4243
            keep = "5m"
            api = "https://[::1]:6443"
            token = "/k/token"
            ca = "/k/ca"
            node = "node-1.example"
            pod = "dbg-4xv9q"
            cluster = "arn:aws:eks:x:1:cluster/prod"
            """);
    assertEquals(
        new DaemonConfig(
            Path.of("/s"),
            Optional.empty(),
            new AuditSettings(
                Path.of("/a"),
                5 << 10,
                Duration.ofHours(1),
                Optional.of(Duration.ofHours(2)),
                Optional.of(3L << 20),
                7,
                Duration.ofSeconds(9),
                1 << 30),
            false,
            new ReceiversConfig(
                Path.of("/n"),
                List.of(
                    new Receiver.Udp("one", new ServerAddress("::1", 5514), 23),
                    new Receiver.Local("two", Path.of("/dev/log"), 10),
                    new Receiver.Tcp("three", new ServerAddress("logs.example", 514), 10),
                    new Receiver.Otlp(
                        "four", URI.create("http://127.0.0.1:4318/v1/logs"), Optional.empty())),
                Map.of()),
            Path.of("/p"),
            Path.of("/t"),
            new RuntimePlaces(
                List.of(
                    new EngineLocation("docker", Path.of("/d1"), List.of(Path.of("/s1"))),
                    new EngineLocation(
                        "docker", Path.of("/d2"), List.of(Path.of("/s2")), "/all/containers")),
                List.of(
                    new ContainerdLocation(Path.of("/c1/c.sock"), Path.of("/c1")),
                    new ContainerdLocation(Path.of("/c2/c.sock"), Path.of("/c2"))),
                List.of(new CrioLocation(Path.of("/g"), Path.of("/r"))),
                false,
                List.of(Path.of("/l1"), Path.of("/l2")),
                List.of(),
                false,
                true),
            5,
            2,
            Duration.ofSeconds(90),
            Duration.ofSeconds(30),
            new GroupLimits(20, new ByteSize(1, 'G')),
            new ByteSize(8, 'M'),
            new ByteSize(16, 'M'),
            new ByteSize(17, 'M'),
            Optional.of(Path.of("/m/dbg.prom")),
            new KubeConfig(
                Optional.of(new Uid(2000004242)),
                4243,
                Duration.ofMinutes(5),
                Optional.of(URI.create("https://[::1]:6443")),
                Path.of("/k/token"),
                Path.of("/k/ca"),
                Optional.of("node-1.example"),
                Optional.of("dbg-4xv9q"),
                Optional.of("arn:aws:eks:x:1:cluster/prod"))),
        config);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dbg.prom", "/m/dbg.txt", "/m/.prom", "/m/", ""})
  void a_file_that_no_collector_reads_is_refused(String file) {
    TomlMistake mistake =
        assertThrows(
            TomlMistake.class,
            () -> DaemonConfig.parse("x", "[metrics]\nfile = \"%s\"\n".formatted(file)));
    assertTrue(mistake.message().startsWith("x:2:"), mistake.message());
  }

  @Test
  void a_runtime_that_is_switched_off_stays_off() throws Exception {
    assertEquals(List.of(), config("[runtimes]\ndocker = []\npodman = []\n").runtimes().engines());
  }

  /** As an administrator does it: one line of the file that is there is changed. */
  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman", "containerd"})
  void a_runtime_is_switched_off_in_the_example_whatever_it_says_of_its_state(String runtime)
      throws Exception {
    String example = Files.readString(EXAMPLE);
    for (String text : List.of(example, example.replaceAll("(?m)^# (\\S+-state = )", "$1"))) {
      RuntimePlaces off =
          config(text.replaceAll("(?m)^%s = .*".formatted(runtime), runtime + " = []")).runtimes();

      assertEquals(runtime.equals("containerd") ? 2 : 1, off.engines().size());
      assertEquals(runtime.equals("containerd") ? 0 : 1, off.containerds().size());
    }
  }

  /** The state of the engine at the default socket is not that of another. */
  @Test
  void another_socket_in_the_example_gets_no_state_of_the_default_engine() throws Exception {
    String text = Files.readString(EXAMPLE).replace("\"/run/docker.sock\"", "\"/srv/docker.sock\"");

    assertEquals(
        new EngineLocation("docker", Path.of("/srv/docker.sock"), List.of()),
        config(text).runtimes().engines().getFirst());
  }

  @Test
  void an_engine_at_another_place_keeps_its_state_where_it_is_said_and_nowhere_else()
      throws Exception {
    EngineLocation unsaid = new EngineLocation("podman", Path.of("/p"), List.of());
    EngineLocation said =
        new EngineLocation("podman", Path.of("/p"), List.of(Path.of("/g"), Path.of("/r")));
    String at = "[runtimes]\ndocker = []\npodman = [\"/p\"]\n";

    assertEquals(List.of(unsaid), config(at).runtimes().engines());
    assertEquals(List.of(said), config(at + "podman-state = [\"/g:/r\"]\n").runtimes().engines());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "[sokcet]~1:1: unknown key 'sokcet': did you mean 'socket'?",
        "socket = \"/x\"~1:1: 'socket' must be a table",
        "[socket]\\npth = \"/x\"~2:1: unknown key 'pth' in [socket]: did you mean 'path'?",
        "[socket]\\npath = \"run/dbg.sock\"~2:1: 'run/dbg.sock' is not an absolute path: start it with /",
        "[socket]\\npath = \"\"~2:1: '' is not an absolute path: start it with /",
        "[socket]\\npath = 5~2:1: 'path' must be a string",
        "[socket]\\ngroup = [\"dbg\"]~2:1: 'group' must be a string",
        "[audit]\\n  dir = \"log\"~2:3: 'log' is not an absolute path: start it with /",
        "[audit]\\ndirectory = \"/x\"~2:1: unknown key 'directory' in [audit]",
        "[audit]\\nrotate-size = \"64\"~2:1: '64' is not a size: a whole number and K, M or G, as in 512M",
        "[audit]\\nkeep = \"1y\"~2:1: '1y' is not a length of time: ",
        "[audit]\\nseal-records = 0~2:1: 'seal-records' must be a whole number from 1 to 100000",
        "[audit]\\njournal = 1~2:1: 'journal' must be true or false",
        "[audit]\\nsyslog = 1~2:1: 'syslog' must be written [[syslog]]",
        "[[audit.syslog]]\\nto = \"udp://h\"~1:1: 'name' is missing",
        "[[audit.syslog]]\\nname = \"a\"~1:1: 'to' is missing",
        "[[audit.syslog]]\\nname = \"../a\"\\nto = \"udp://h\"~2:1: '../a' is not a name: ",
        "[[audit.syslog]]\\nname = \"journal\"\\nto = \"udp://h\"~2:1: 'journal' is the name of another receiver",
        "[[audit.syslog]]\\nname = \"a\"\\nto = \"tls://h:1\"~3:1: 'tls://h:1' is not a syslog server: ",
        "[[audit.syslog]]\\nname = \"a\"\\nto = \"udp://h:70000\"~3:1: 'udp://h:70000' must be udp://HOST:PORT",
        "[[audit.syslog]]\\nname = \"a\"\\nto = \"tcp://h/x\"~3:1: 'tcp://h/x' must be tcp://HOST:PORT",
        "[[audit.syslog]]\\nname = \"a\"\\nto = \"unix://dev/log\"~3:1: 'unix://dev/log' must be unix:///PATH",
        "[[audit.syslog]]\\nname = \"a\"\\nto = \"udp://h h\"~3:1: 'udp://h h' is not an address: ",
        "[[audit.syslog]]\\nname = \"a\"\\nto = \"udp://h\"\\nfacility = \"security2\"~4:1: 'security2' is not a facility: ",
        "[[audit.syslog]]\\nname = \"a\"\\nto = \"udp://h\"\\nport = 1~4:1: unknown key 'port' in [audit.syslog]",
        "[[audit.otlp]]\\nname = \"a\"\\nto = \"grpc://h:4317\"~3:1: 'grpc://h:4317' is not a collector: ",
        "[[audit.otlp]]\\nname = \"a\"\\nto = \"http://u:p@h/v1/logs\"~3:1: 'http://u:p@h/v1/logs' is not a collector: ",
        "[[audit.otlp]]\\nname = \"a\"\\nto = \"http://h/v1/logs\"\\nheaders = \"h\"~4:1: 'h' is not an absolute path: start it with /",
        "[[audit.notify]]\\nname = \"a\"\\nto = \"ftp://h\"~3:1: 'ftp://h' is not a web hook: ",
        "[[audit.notify]]\\nname = \"a\"\\nto = \"/t\"~1:1: 'key' is missing",
        "[[audit.notify]]\\nname = \"a\"\\nto = \"/t\"\\nkey = \"k\"~4:1: 'k' is not an absolute path: start it with /",
        "[[audit.notify]]\\nname = \"a\"\\nto = \"/t\"\\nkey = \"/k\"~1:1: it would be told of every record: ",
        "[[audit.notify]]\\nname = \"a\"\\nto = \"/t\"\\nkey = \"/k\"\\nevents = [\"x\"]\\ntool = [\"x\"]~5:1: unknown key 'events' in [audit.notify]: did you mean 'event'?",
        "[[audit.notify]]\\nname = \"a\"\\nto = \"/t\"\\nkey = \"/k\"\\nevent = [\"d*\", \"refused\"]~5:1: 'refused' matches none of intent, result, denied, ",
        "[[audit.notify]]\\nname = \"a\"\\nto = \"/t\"\\nkey = \"/k\"\\nevent = []~5:1: 'event' ",
        "[policy]\\ndir = \"policy.d\"~2:1: 'policy.d' is not an absolute path: start it with /",
        "[tools]\\ndir = true~2:1: 'dir' must be a string",
        "[runtimes]\\ndocker = \"/run/docker.sock\"~2:1: 'docker' must be a list of strings",
        "[runtimes]\\ndocker = [\"docker.sock\"]~2:1: 'docker.sock' is not an absolute path: start it with /",
        "[runtimes]\\ndocker = [\"tcp://1.2.3.4:2375\"]~2:1: 'tcp://1.2.3.4:2375' is not an absolute path",
        "[runtimes]\\ndokcer = []~2:1: unknown key 'dokcer' in [runtimes]: did you mean 'docker'?",
        "[runtimes]\\ndocker-state = [\"a\"]~2:1: 'a' is not an absolute path",
        "[runtimes]\\ndocker-state = [\"/a\", \"/b\"]~2:1: 'docker-state' must have as many entries as 'docker', 1: write one for each socket, or remove 'docker-state'",
        "[runtimes]\\ndocker-cgroup-parent = [\"a\"]~2:1: 'a' must be what dockerd has as --cgroup-parent",
        "[runtimes]\\ndocker-cgroup-parent = [\"/a\", \"/b\"]~2:1: 'docker-cgroup-parent' must have as many entries as 'docker', 1: write one for each socket, or remove 'docker-cgroup-parent'",
        "[runtimes]\\npodman-state = [\"/a\"]~2:1: '/a' must be GRAPHROOT:RUNROOT",
        "[runtimes]\\ncontainerd = [\"c.sock\"]~2:1: 'c.sock' is not an absolute path",
        "[runtimes]\\ncontainerd-state = [\"/a\", \"/b\"]~2:1: 'containerd-state' must have as many entries as 'containerd', 1: write one for each socket, or remove 'containerd-state'",
        "[runtimes]\\nrootless = 1~2:1: 'rootless' must be true or false",
        "[limits]\\nsessions = 0~2:1: 'sessions' must be a whole number from 1 to 10000",
        "[limits]\\nsessions = 10001~2:1: 'sessions' must be a whole number from 1 to 10000",
        "[limits]\\nsessions = \"64\"~2:1: 'sessions' must be a whole number from 1 to 10000",
        "[limits]\\nsessions-per-user = -1~2:1: 'sessions-per-user' must be a whole number from 1 to 10000",
        "[limits]\\nsessions_per_user = 1~2:1: unknown key 'sessions_per_user' in [limits]: did you mean 'sessions-per-user'?",
        "[limits]\\ntimeout = 60~2:1: 'timeout' must be a string",
        "[limits]\\ntimeout = \"1x\"~2:1: '1x' is not a length of time: whole numbers and d, h, m or s",
        "[limits]\\ntimeout = \"0s\"~2:1: '0s' is not a length of time: whole numbers and d, h, m or s",
        "[limits]\\ntimeout = \"\"~2:1: '' is not a length of time: whole numbers and d, h, m or s",
        "[limits]\\nprocesses = 3~2:1: 'processes' must be a whole number from 4 to 1000000",
        "[limits]\\nprocesses = \"max\"~2:1: 'processes' must be a whole number from 4 to 1000000",
        "[limits]\\nmemory = 512~2:1: 'memory' must be a string",
        "[limits]\\nmemory = \"512\"~2:1: '512' is not a size: a whole number and K, M or G",
        "[limits]\\nmemory = \"0.5G\"~2:1: '0.5G' is not a size: a whole number and K, M or G",
        "[limits]\\nmemory = \"8191K\"~2:1: '8191K' is too little to start a tool: at least 8M",
        "[limits]\\nrecording = \"8M\"\\nrecordings = \"15M\"~3:1: '15M' is less than one recording may take: at least twice limits.recording, '8M'",
        "[limits]\\nrecordings-per-user = \"1T\"~2:1: '1T' is not a size",
        "[limits]\\nmemroy = \"1G\"~2:1: unknown key 'memroy' in [limits]: did you mean 'memory'?",
        "[kube]\\nagent = \"no-such-user\"~2:1: 'no-such-user' is not a user of this host",
        "[kube]\\nagent = \"4294967295\"~2:1: '4294967295' is not a user of this host",
        "[kube]\\nagent = \"root\"~2:1: root has rights that the agent must not have: name another user",
        "[kube]\\nagent = \"0\"~2:1: root has rights that the agent must not have: name another user",
        "[kube]\\nagent = 2000004242~2:1: 'agent' must be a string",
        "[kube]\\nport = 0~2:1: 'port' must be a whole number from 1 to 65535",
        "[kube]\\nkeep = \"0s\"~2:1: '0s' is not a length of time: ",
        "[kube]\\napi = \"http://h:1\"~2:1: 'http://h:1' is not an API server: use https://HOST:PORT",
        "[kube]\\napi = \"https://h/x\"~2:1: 'https://h/x' is not an API server: ",
        "[kube]\\napi = \"https://h?x\"~2:1: 'https://h?x' is not an API server: ",
        "[kube]\\napi = \"https://u:p@h\"~2:1: 'https://u:p@h' is not an API server: ",
        "[kube]\\napi = \"https://h:70000\"~2:1: 'https://h:70000' is not an API server: ",
        "[kube]\\napi = \"https://h h\"~2:1: 'https://h h' is not an API server: ",
        "[kube]\\ntoken = \"token\"~2:1: 'token' is not an absolute path: start it with /",
        "[kube]\\nca = \"\"~2:1: '' is not an absolute path: start it with /",
        "[kube]\\nnode = \"a/b\"~2:1: 'a/b' is not a name of Kubernetes: ",
        "[kube]\\nnode = \"\"~2:1: '' is not a name of Kubernetes: ",
        "[kube]\\npod = \"..\"~2:1: '..' is not a name of Kubernetes: ",
        "[kube]\\ncluster = \"my cluster\"~2:1: 'my cluster' is not a cluster's name: ",
        "[kube]\\ncluster = 'my\"cluster'~2:1: 'my\"cluster' is not a cluster's name: ",
        "[kube]\\nagnt = \"x\"~2:1: unknown key 'agnt' in [kube]: did you mean 'agent'?",
        "[limits~1:8: ",
      })
  void a_mistake_has_its_place(String text, String what) {
    String message = mistake(text.replace("\\n", "\n"));
    assertTrue(message.startsWith("dbgd.toml:" + what), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[limits]\nsessions = 1\nsessions = 2\n", "[limits]\n[limits]\n"})
  void what_is_said_twice_is_a_mistake(String text) {
    assertTrue(mistake(text).startsWith("dbgd.toml:"), mistake(text));
  }

  private static DaemonConfig config(String text) throws TomlMistake {
    return DaemonConfig.parse("dbgd.toml", text);
  }

  private static String mistake(String text) {
    return assertThrows(TomlMistake.class, () -> config(text)).message();
  }
}
