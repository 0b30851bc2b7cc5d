package dev.dbg.nativetests.scene.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.nativetests.scene.machine.World;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What kubectl takes for a cluster's API server, on loopback: it has the pods that it is told,
 * keeps the DebugSessions that are created, and in the place of kubelet and agent forwards port
 * 4242 to {@code dbg stdio} of a host. The operator's own kubectl talks with it.
 */
public final class OwnApiServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SESSIONS = "/apis/dbg.dev/v1alpha1/namespaces/";
  private static final String WHO = "POST /apis/authentication.k8s.io/v1/selfsubjectreviews";
  private static final byte[] PORT = {(byte) 0x92, 0x10};

  private final ServerSocket listener;
  private final Path kubeconfig;
  private final List<String> agent;
  private final Map<String, String> environment;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final Map<String, ObjectNode> sessions = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<ObjectNode> created = new CopyOnWriteArrayList<>();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final Map<String, CompletableFuture<String>> held = new ConcurrentHashMap<>();
  private volatile Greeting greeting = Greeting.KNOWS_THE_KEY;

  /** An answer with this status and body. */
  private record Answer(int status, String body) {}

  /** What the agent does with the first line. */
  public enum Greeting {
    /** It compares the key with the object's hash, and begins. */
    KNOWS_THE_KEY,
    REFUSES,
    SAYS_NONSENSE,
    /** It waits for more. */
    SAYS_NOTHING,
    CLOSES,
    /** The kubelet reports that nothing listens. */
    IS_NOT_THERE
  }

  private OwnApiServer(
      ServerSocket listener, Path kubeconfig, List<String> agent, Map<String, String> environment) {
    this.listener = listener;
    this.kubeconfig = kubeconfig;
    this.agent = agent;
    this.environment = environment;
  }

  /**
   * A cluster whose only node is this host. Whoever {@code dbg stdio} runs as is the operator: an
   * agent would say in whose name it speaks.
   */
  public static OwnApiServer of(Host host, String user) {
    Path kubeconfig = World.get().file("kubeconfig");
    List<String> agent =
        List.of(
            "setpriv",
            "--reuid=" + user,
            "--regid=" + user,
            "--init-groups",
            World.get().dbg().toString(),
            "stdio");
    try {
      ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Files.writeString(
          kubeconfig,
          """
          {"apiVersion": "v1", "kind": "Config", "current-context": "user@test/cluster:1",
           "clusters": [{"name": "test", "cluster": {"server": "http://127.0.0.1:%d"}}],
           "users": [{"name": "ann", "user": {"token": "t"}}],
           "contexts": [
             {"name": "user@test/cluster:1",
              "context": {"cluster": "test", "user": "ann", "namespace": "dbgt-prod"}},
             {"name": "elsewhere", "context": {"cluster": "test", "user": "ann"}}]}
          """
              .formatted(listener.getLocalPort()));
      Files.setPosixFilePermissions(kubeconfig, PosixFilePermissions.fromString("rw-r--r--"));
      OwnApiServer server =
          new OwnApiServer(
              listener,
              kubeconfig,
              agent,
              Map.of("DBG_SOCKET", host.socket().toString(), "PATH", "/usr/bin:/bin"));
      Thread.ofVirtual().start(server::accept);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The words of sh with which a line of dbg is one for this cluster. */
  public String onIt() {
    return "export KUBECONFIG=%s DBG_HOST=kube://; ".formatted(kubeconfig);
  }

  /** The words of sh that execute dbg with these, in this cluster. */
  public String line(String words) {
    return onIt() + "exec $DBG " + words;
  }

  /** From now on this pod is on this node, with an agent beside it. */
  public void has(String namespace, String pod, String uid) {
    answers.put(
        "GET /api/v1/namespaces/" + namespace + "/pods/" + pod,
        new Answer(
            200,
            """
            {"metadata": {"annotations": {"a": "\\u007b\\"}]\\ud83d\\ude00"}, "uid": "%s", "name": "%s"},
             "spec": {"nodeName": "node1", "containers": [{"name": "app"}]},
             "status": {"phase": "Running"}}
            """
                .formatted(uid, pod)));
    answers.put(
        "GET /api/v1/namespaces/dbg-system/pods",
        new Answer(
            200,
            """
            {"items": [
              {"metadata": {"name": "old", "deletionTimestamp": "2026-11-29T00:00:00Z"},
               "status": {"phase": "Running"}},
              {"metadata": {"name": "new"}, "status": {"phase": "Pending"}},
              {"metadata": {"name": "dbg-x7k2p"}, "status": {"phase": "Running"}}]}
            """));
  }

  /** From now on this request, as in {@code GET /PATH}, also one with a query, has this answer. */
  public void answers(String request, int status, String body) {
    answers.put(request, new Answer(status, body));
  }

  /** The request has its usual answer again. */
  public void answersAgain(String request) {
    answers.remove(request);
  }

  /** The messages to the agent that {@link Greeting#SAYS_NOTHING}. */
  public List<String> heard() {
    return List.copyOf(heard);
  }

  /** From now on this request, also one with a query, has no answer until {@link #goesOn}. */
  public void holds(String request) {
    held.put(request, new CompletableFuture<>());
  }

  public void goesOn(String request) {
    held.remove(request).complete("");
  }

  public void greets(Greeting other) {
    greeting = other;
  }

  /** The objects that were created, the newest last, and those that are still there. */
  public List<ObjectNode> created() {
    return List.copyOf(created);
  }

  public List<String> present() {
    return List.copyOf(sessions.keySet());
  }

  /** All requests, as in {@code GET /PATH}. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return; // It was closed.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
      while (serveOne(in, client.getOutputStream())) {
        // The connection is kept.
      }
    } catch (IOException e) {
      // The other side is gone.
    }
  }

  private boolean serveOne(DataInputStream in, OutputStream out) throws IOException {
    List<String> head = new ArrayList<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      head.add(line);
    }
    if (head.isEmpty()) {
      return false;
    }
    String[] first = head.getFirst().split(" ", -1);
    String request = first[0] + " " + first[1].replaceFirst("\\?.*", "");
    byte[] body = in.readNBytes(Integer.parseInt(header(head, "content-length", "0")));
    asked.add(first[0] + " " + first[1]);
    for (String one : List.of(request, first[0] + " " + first[1])) {
      String _ = held.getOrDefault(one, CompletableFuture.completedFuture("")).join();
    }
    Answer answer = answers.getOrDefault(first[0] + " " + first[1], answers.get(request));
    if (answer != null) {
      send(out, answer.status, answer.body, request.contains("/pods"));
    } else if (request.endsWith("/portforward")) {
      forward(in, out, head);
      return false;
    } else if (request.equals(WHO)) {
      String user = header(head, "impersonate-user", "ann");
      send(out, 201, SelfReview.of(user, header(head, "impersonate-group", "sre")), true);
    } else if (request.startsWith("POST " + SESSIONS)) {
      send(out, 201, create((ObjectNode) JSON.readTree(body)), false);
    } else if (request.startsWith("DELETE " + SESSIONS)) {
      sessions.remove(request.substring(request.lastIndexOf('/') + 1));
      send(out, 200, "{}", false);
    } else {
      send(out, 404, status("the server could not find the requested resource"), false);
    }
    return true;
  }

  /** A Status of the API server's with this message. */
  public static String status(String message) {
    return JSON.createObjectNode().put("kind", "Status").put("message", message).toString();
  }

  private String create(ObjectNode session) {
    ObjectNode metadata = (ObjectNode) session.get("metadata");
    String name = metadata.get("generateName").asText() + (1000 + created.size());
    metadata.put("name", name);
    sessions.put(name, session);
    created.add(session);
    return session.toString();
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.write(c);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  private static String header(List<String> head, String name, String otherwise) {
    return head.stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse(otherwise);
  }

  /** In pieces, as an API server sends what is long. */
  private static void send(OutputStream out, int status, String text, boolean isChunked)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    String length = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length;
    all.writeBytes(bytes("HTTP/1.1 %d Said\r\n%s\r\n\r\n".formatted(status, length)));
    for (int at = 0; isChunked && at < body.length; at += 100) {
      int piece = Math.min(100, body.length - at);
      all.writeBytes(bytes(Integer.toHexString(piece) + "\r\n"));
      all.write(body, at, piece);
      all.writeBytes(bytes("\r\n"));
    }
    all.writeBytes(isChunked ? bytes("0\r\n\r\n") : body);
    out.write(all.toByteArray());
    out.flush();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The end of port-forward's old WebSocket form that the kubelet has. */
  private void forward(DataInputStream in, OutputStream out, List<String> head) throws IOException {
    String key = header(head, "sec-websocket-key", "");
    byte[] accepted = Frames.hash("SHA-1", key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    String upgrade =
        """
        HTTP/1.1 101 Switching Protocols
        Upgrade: websocket
        Connection: Upgrade
        Sec-WebSocket-Accept: %s
        Sec-WebSocket-Protocol: %s

        """
            .formatted(
                Base64.getEncoder().encodeToString(accepted),
                header(head, "sec-websocket-protocol", ""));
    out.write(bytes(upgrade.replace("\n", "\r\n")));
    Frames frames = new Frames(in, out);
    frames.send(0, PORT);
    frames.send(1, PORT);
    if (greeting == Greeting.IS_NOT_THERE) {
      frames.send(1, bytes("error forwarding port 4242: connection refused"));
    }
    byte[] line = frames.data();
    String said = new String(line, StandardCharsets.US_ASCII);
    String decided = "dbg-agent 1 " + answer(said.strip().split(" ", -1)) + "\n";
    switch (greeting) {
      case CLOSES -> {
        return;
      }
      // What is closed before all that came was read may lose what was sent: tcp(7).
      case SAYS_NOTHING, IS_NOT_THERE -> {
        for (byte[] more = line; more.length > 0; more = frames.data()) {
          heard.add(new String(more, StandardCharsets.ISO_8859_1));
        }
        return;
      }
      case SAYS_NONSENSE -> frames.send(0, bytes("Welcome\n"));
      default -> frames.send(0, bytes(decided));
    }
    if (decided.endsWith(" ok\n")) {
      splice(frames);
    }
  }

  private String answer(String[] words) {
    JsonNode session = words.length == 5 ? sessions.get(words[3]) : null;
    if (greeting == Greeting.REFUSES || session == null) {
      return "refused the session has begun \u0007before";
    }
    String hash = HexFormat.of().formatHex(Frames.hash("SHA-256", words[4]));
    boolean isKnown =
        words[0].equals("dbg-session")
            && words[1].equals("1")
            && hash.equals(session.at("/spec/keyHash").asText());
    return isKnown ? "ok" : "refused the key is wrong";
  }

  /** As the agent does: the client to dbgd, with the connection as its streams. */
  private void splice(Frames frames) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(agent);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process stdio = builder.start();
    Thread outward =
        Thread.ofPlatform().daemon().start(() -> frames.sendAll(stdio.getInputStream()));
    try (OutputStream to = stdio.getOutputStream()) {
      for (byte[] data = frames.data(); data.length > 0; data = frames.data()) {
        to.write(data);
        to.flush();
      }
    } catch (IOException e) {
      // Either side is gone.
    }
    try {
      outward.join();
      stdio.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
