package dev.dbg.nativetests.terminal;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.user.Operator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dbg connect} and {@code dbg forward}: a port of a container's on the operator's side. */
@Tag("native")
@Tag("whole")
final class ForwardTest {
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;
  private static final int AT_ONCE = 6;

  /** On the host another server has this port, which the kernel gives to nobody by itself. */
  private static final int ECHO = 10_007;

  private static final int ECHO_OF_IPV6 = 10_008;
  private static final int NOBODYS = 10_009;
  private static final int MUCH = 10_010;
  private static final int BROKEN = 10_011;
  private static final int SILENT = 10_012;
  private static final int REPORTS = 10_013;
  private static final int NOT_PERMITTED = 10_014;

  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann", "user:dbgt-bob", "user:root"]
      containers = ["dbgt-forward", "dbgt-of-host"]
      namespaces = ["net"]
      tools = ["connect", "ss"]

      [rule.arguments.connect]
      options = ["-p 10007-10013", "-a 127.0.0.2"]

      [[rule]]
      who = ["user:dbgt-cal"]
      containers = ["dbgt-forward"]
      namespaces = ["net"]
      tools = ["connect"]
      """;

  private static final Pattern LISTENS = Pattern.compile("127\\.0\\.0\\.1:(\\d+) is port \\d+ of");

  @RegisterExtension static final Host host = Host.with(POLICY);

  private static final List<Running> SERVERS = new ArrayList<>();
  private static Container container;
  private static Running reporting;

  @BeforeAll
  static void start() {
    container = host.docker().starts("dbgt-forward");
    var _ = host.docker().starts("dbgt-of-host", List.of("--network=host"), "/act", "wait");
    String within = "nsenter -t %d -n".formatted(container.pid());
    var _ = serves(within, "127.0.0.1", ECHO, "");
    var _ = serves(within, "::1", ECHO_OF_IPV6, "");
    var _ = serves(within, "127.0.0.1", MUCH, "much");
    var _ = serves(within, "127.0.0.1", BROKEN, "broken");
    var _ = serves(within, "127.0.0.1", SILENT, "silent");
    reporting = serves(within, "127.0.0.1", REPORTS, "reports");
    var _ = serves("", "127.0.0.1", ECHO, "of-the-host");
    var _ = serves("", "127.0.0.1", ECHO_OF_IPV6, "of-the-host");
  }

  private static Running serves(String where, String address, int port, String word) {
    Running server =
        host.root()
            .startsScript(
                "exec %s %s %s %d %s".formatted(where, host.program("echo"), address, port, word))
            .prints("listening");
    SERVERS.add(server);
    return server;
  }

  @AfterAll
  static void end() {
    SERVERS.forEach(server -> server.gets("KILL"));
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 20_000_000})
  void connect_copies_both_ways_and_the_record_has_how_much(int count) {
    byte[] sent = bytes(count);

    Ran ran = host.ann().pipes(sent, "connect dbgt-forward " + ECHO).exits(0);

    assertArrayEquals(sent, ran.bytes());
    ran.leaves("intent").says("/tool/name", "connect");
    ran.leaves("result").says("/outcome/sent_bytes", count).says("/outcome/received_bytes", count);
  }

  @Test
  void without_ipv4_the_loopback_of_ipv6_is_tried() {
    host.ann().pipes(bytes(100), "connect dbgt-forward " + ECHO_OF_IPV6).prints(bytes(100));
  }

  @Test
  void an_address_is_one_that_the_rule_names() {
    host.ann().runs("connect dbgt-forward 127.0.0.2:" + ECHO).exits(1).says("of 127.0.0.2: ");
    for (String other : List.of("127.0.0.3", "[::1]")) {
      host.ann().runs("connect dbgt-forward %s:%d".formatted(other, ECHO)).isRefused("-a");
    }
    host.ann().runs("connect dbgt-forward db:" + ECHO).isRefused("-a takes an IP address");
  }

  @Test
  void a_port_is_one_that_the_rule_names() {
    host.ann().runs("connect dbgt-forward " + NOT_PERMITTED).isRefused("-p");
    host.cal().runs("connect dbgt-forward " + ECHO).isRefused("-p");
    host.ann().runs("dbgt-forward -- connect").isRefused("-p");
  }

  @Test
  void what_nobody_listens_at_is_said_to_be_refused() {
    host.ann()
        .runs("connect dbgt-forward " + NOBODYS)
        .exits(1)
        .says("connect: port 10009 of the container's loopback: Connection refused");
  }

  @Test
  void the_loopback_of_the_host_is_not_reached_through_a_container_that_shares_it() {
    host.ann().runs("connect dbgt-of-host " + ECHO).isRefused("host");
    host.ann().runs("forward dbgt-of-host 0:" + ECHO).exits(Ran.REFUSED).says("host");
  }

  @Test
  void what_was_copied_until_a_signal_is_on_record() {
    Running line = host.ann().atPipe().starts("connect dbgt-forward " + ECHO);
    line.types("12345").prints("12345");

    Ran ran = line.gets("INT").ends().diesBy(SIGINT);

    ran.leaves("result").says("/outcome/sent_bytes", 5).says("/outcome/received_bytes", 5);
  }

  /** Otherwise half of an upload looks whole to the server. */
  @Test
  void a_line_that_a_signal_ends_is_no_end_of_the_input_for_the_server() {
    Running line = host.ann().atPipe().starts("connect dbgt-forward " + REPORTS).types("12345");
    reporting.prints("begun");
    var _ = line.gets("TERM").ends().diesBy(SIGTERM);
    reporting.prints("broken off");

    host.ann().pipes(bytes(5), "connect dbgt-forward " + REPORTS).exits(0);
    reporting.prints("ended");
  }

  private static int portOf(Running forward) {
    forward.prints("^C ends it");
    Matcher listens = LISTENS.matcher(forward.printed());
    assertTrue(listens.find(), forward::toString);
    return Integer.parseInt(listens.group(1));
  }

  private static Ran throughPort(Operator operator, int port, String address) {
    return operator.runsScript("echo hello | nc -N %s %d".formatted(address, port));
  }

  @Test
  void each_connection_to_a_forwarded_port_is_a_session() {
    Running forward = host.ann().starts("forward --reason because dbgt-forward 0:" + ECHO);
    int port = portOf(forward);

    for (String address : List.of("127.0.0.1", "::1", "::ffff:127.0.0.1")) {
      assertEquals("hello\n", throughPort(host.ann(), port, address).out(), address);
    }

    Ran ran = forward.gets("INT").ends().diesBy(SIGINT);
    List<AuditRecord> intents = ran.all("intent");
    assertEquals(3, intents.size(), ran::toString);
    intents.forEach(intent -> intent.says("/reason", "because").says("/tool/name", "connect"));
    ran.all("result").forEach(result -> result.says("/outcome/sent_bytes", 6));
  }

  @Test
  void another_user_of_the_host_does_not_reach_a_forwarded_port() {
    Running forward = host.ann().starts("forward dbgt-forward 0:" + ECHO);
    int port = portOf(forward);

    for (Operator other : List.of(host.bob(), host.root())) {
      for (String address : List.of("127.0.0.1", "::1", "::ffff:127.0.0.1")) {
        assertEquals("", throughPort(other, port, address).out(), address);
      }
    }

    forward.prints("a connection was closed: it is not of one of your own");
    assertEquals(List.of(), forward.gets("INT").ends().all("intent"));
  }

  /** Whose a socket was that is closed, the kernel does not say: it shows root's number. */
  @Test
  void a_connection_that_is_closed_before_it_is_accepted_is_nobodys() {
    Running forward = host.root().starts("forward dbgt-forward 0:" + ECHO);
    int port = portOf(forward);
    assertEquals("hello\n", throughPort(host.root(), port, "127.0.0.1").out());

    forward.gets("STOP");
    var _ = throughPort(host.bob(), port, "-w 1 127.0.0.1");
    forward.gets("CONT").prints("a connection was closed: it is not of one of your own");

    assertEquals(1, forward.gets("INT").ends().all("intent").size());
  }

  @Test
  void six_connections_are_served_and_the_others_wait() {
    Running forward = host.ann().starts("forward dbgt-forward 0:" + ECHO);
    int port = portOf(forward);
    List<Running> clients = new ArrayList<>();
    for (int i = 0; i <= AT_ONCE; i++) {
      clients.add(
          host.ann()
              .startsScript(
                  "exec bash -c 'exec 3<>/dev/tcp/127.0.0.1/%d; echo hello >&3; exec cat <&3'"
                      .formatted(port)));
    }
    Patience.until("six are served", () -> served(clients).size() == AT_ONCE);
    Patience.sleeps(Duration.ofMillis(300));
    assertEquals(AT_ONCE, served(clients).size());
    assertEquals(AT_ONCE, copying(ECHO));

    var _ = served(clients).getFirst().gets("KILL");
    Patience.until("the seventh is served", () -> served(clients).size() > AT_ONCE);

    var _ = forward.gets("TERM").ends();
    Patience.until("no session is left", () -> copying(ECHO) == 0);
    clients.forEach(Running::ends);
  }

  /** How many tools copy to a port of the container. */
  private static int copying(int port) {
    return host.processes().startedAs("connect", "-p", Integer.toString(port)).size();
  }

  private static List<Running> served(List<Running> clients) {
    return clients.stream().filter(one -> one.printed().contains("hello")).toList();
  }

  private static Running listens(int port) {
    return host.ann()
        .startsScript("exec bash -c 'exec 3<>/dev/tcp/127.0.0.1/%d; exec cat <&3'".formatted(port));
  }

  /** Otherwise six of them would be the last ones. */
  @Test
  void clients_that_are_gone_end_their_session_or_begin_none_though_the_server_says_nothing() {
    Running forward = host.ann().starts("forward dbgt-forward 0:" + SILENT);
    int port = portOf(forward);
    List<Running> clients = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      clients.add(listens(port));
    }
    Patience.until("six are served", () -> copying(SILENT) == AT_ONCE);
    clients.add(listens(port));
    forward.prints("another one waits");

    clients.forEach(client -> client.gets("KILL"));

    Patience.until("no session is left", () -> copying(SILENT) == 0);
    Ran ran = forward.gets("INT").ends();
    assertEquals(AT_ONCE, ran.all("intent").size(), ran::toString);
  }

  /** A connection that is closed with something unread in it loses what is under way. */
  @Test
  void a_client_that_reads_slowly_gets_all_though_nobody_reads_what_it_sends() {
    Running forward = host.ann().starts("forward dbgt-forward 0:" + MUCH);
    host.ann()
        .runsScript(
            """
            bash -c 'exec 3<>/dev/tcp/127.0.0.1/%d
            for ((i = 0; i < 80; i++)); do
              echo unread >&3
              dd bs=100000 count=1 iflag=fullblock <&3 2>/dev/null
              sleep 0.02
            done | wc -c'
            """
                .formatted(portOf(forward)))
        .prints("8000000\n");
    var _ = forward.gets("INT").ends();
  }

  @Test
  void a_connection_that_the_server_breaks_does_not_look_whole() {
    Ran ran = host.ann().atPipe().runs("connect dbgt-forward " + BROKEN).exits(1);
    ran.says("connect: port 10011: Connection reset by peer");
    assertEquals(1000, ran.bytes().length);

    Running forward = host.ann().starts("forward dbgt-forward 0:" + BROKEN);
    Ran client =
        host.ann()
            .runsScript(
                "bash -c 'exec 3<>/dev/tcp/127.0.0.1/%d; cat <&3 >/dev/null'"
                    .formatted(portOf(forward)));
    client.says("Connection reset by peer");
    var _ = forward.gets("INT").ends();
  }

  @Test
  void a_signal_that_is_ignored_ends_no_forward() {
    Running forward =
        host.ann().startsScript("trap \"\" HUP; exec $DBG forward dbgt-forward 0:" + ECHO);
    int port = portOf(forward);

    forward.gets("HUP");
    assertEquals("hello\n", throughPort(host.ann(), port, "127.0.0.1").out());

    forward.gets("TERM").ends().diesBy(SIGTERM);
  }

  /** The kernel shows all others by the number that such a user has, too. */
  @Test
  void a_user_without_a_number_of_their_own_forwards_nothing() {
    host.ann()
        .runsScript("exec unshare -U $DBG forward dbgt-forward 0:" + ECHO)
        .exits(DBG_FAILED)
        .says("does not know which connections are yours");
  }

  @Test
  void a_forward_that_would_be_refused_listens_nowhere() {
    Ran ran = host.ann().runs("forward dbgt-forward 0:" + NOT_PERMITTED).exits(Ran.REFUSED);

    ran.says("-p");
    assertFalse(ran.out().contains("127.0.0.1"), ran::toString);
  }

  @Test
  void a_port_that_is_taken_on_either_loopback_is_said() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("::1"))) {
      host.ann()
          .runs("forward dbgt-forward %d:%d".formatted(taken.getLocalPort(), ECHO))
          .exits(DBG_FAILED)
          .says("in use", "8080:80");
    }
    host.ann().runs("forward dbgt-forward 80:" + ECHO).exits(DBG_FAILED).says("Permission denied");
  }

  @ParameterizedTest
  @CsvSource({
    "connect dbgt-forward, type dbg connect TARGET PORT",
    "connect dbgt-forward http, is not a port",
    "connect dbgt-forward 8080:10007, is not a port",
    "connect dbgt-forward 0, is not a port",
    "connect dbgt-forward 65536, is not a port",
    "connect dbgt-forward []:80, is not a port",
    "forward dbgt-forward, type dbg forward TARGET",
    "forward dbgt-forward 65536:80, is not a port",
    "forward dbgt-forward 80:, is not a port",
    "forward --each dbgt-* 80, has no meaning with forward",
    "connect -- dbgt-forward 80, has no meaning with connect",
  })
  void what_is_no_port_is_refused_with_what_to_type(String line, String message) {
    host.ann().runs(line).exits(DBG_FAILED).says(message);
  }
}
