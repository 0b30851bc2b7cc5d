package dev.dbg.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.apiserver.ApiServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import javax.net.ssl.SSLServerSocket;

/**
 * As much of an API server as the agent asks, by TLS on 127.0.0.1, with the answers of a real one.
 * It has objects by their paths, and takes changes of a status as the release's policies do.
 */
public final class StandInApiServer implements AutoCloseable {
  public static final Path RECORDED = Path.of("src/test/resources/kube");
  public static final String TOKEN = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln";

  private static final String POLICIES = "/apis/admissionregistration.k8s.io/v1/";
  private static final String HEADS = "/apis/dbg.dev/v1alpha1/debuglogheads/";
  private static final JsonMapper JSON = new JsonMapper();
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC).localizedBy(Locale.US);

  public final Map<String, ObjectNode> objects = new ConcurrentHashMap<>();
  public final List<Asked> asked = new CopyOnWriteArrayList<>();

  /** The header of every answer; without one there is none. */
  public volatile Optional<Instant> now = Optional.of(Instant.parse("2026-11-29T19:37:50Z"));

  /**
   * The header of the answer to a lie, if there is one: when it is first proved that lies are
   * refused.
   */
  public volatile Instant proved = Instant.parse("2026-11-29T19:37:44Z");

  /** What is answered instead, if anything is. */
  public volatile Function<Asked, Optional<Answer>> manner = question -> Optional.empty();

  private final SSLServerSocket socket;
  private final List<Socket> clients = new CopyOnWriteArrayList<>();

  /** A request. */
  public record Asked(String method, String path, Map<String, String> headers, String body) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /** An answer; {@code isWhole}: otherwise its end never comes. */
  public record Answer(int status, String headers, String body, boolean isWhole) {
    public static Answer of(int status, Object body) {
      return new Answer(status, "", body.toString(), true);
    }

    /** As an API server that has too much to do says when to ask again. */
    public static Answer putOff(String after) {
      String reason = "Too many requests, please try again later.";
      return new Answer(429, "Retry-After: %s\r\n".formatted(after), reason, true);
    }

    /** As the API server says that something is wrong. */
    public static Answer wrong(int status, String reason) {
      return of(
          status,
          JSON.createObjectNode()
              .put("kind", "Status")
              .put("apiVersion", "v1")
              .put("status", "Failure")
              .put("message", "debugsessions.dbg.dev: " + reason)
              .put("reason", reason)
              .put("code", status));
    }
  }

  public StandInApiServer(Certificates certificates, String name) throws Exception {
    socket =
        (SSLServerSocket)
            certificates
                .server(name)
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread _ = Thread.ofVirtual().start(this::accept);
    installPolicies();
  }

  /**
   * A client with its token, which is written to this directory. It waits for as long as a busy
   * machine needs for a TLS connection.
   */
  public ApiServer client(Path directory, Certificates certificates) throws Exception {
    Path token = Files.writeString(directory.resolve("token"), TOKEN);
    return new ApiServer(address(), token, certificates.authority(), Duration.ofMinutes(2));
  }

  public URI address() {
    return URI.create("https://127.0.0.1:" + socket.getLocalPort());
  }

  /** A recorded answer. */
  static ObjectNode recorded(String name) throws IOException {
    return (ObjectNode) JSON.readTree(Files.readString(RECORDED.resolve(name)));
  }

  /** The release's policies, as a real API server shows them. */
  void installPolicies() throws IOException {
    try (InputStream shipped = PoliciesInForce.class.getResourceAsStream("policies.json")) {
      for (JsonNode object : JSON.readTree(shipped)) {
        boolean isBinding = object.path("kind").asText().endsWith("Binding");
        ObjectNode shown = recorded(isBinding ? "binding.json" : "policy.json");
        shown.set("spec", object.get("spec").deepCopy());
        String name = object.path("metadata").path("name").asText();
        objects.put(policy(isBinding, name), shown);
      }
    }
  }

  static String policy(boolean isBinding, String name) {
    return POLICIES
        + (isBinding ? "validatingadmissionpolicybindings/" : "validatingadmissionpolicies/")
        + name;
  }

  /** Stores the recorded session under another name. */
  public ObjectNode makeSession(String name) throws IOException {
    ObjectNode session = recorded("session.json");
    ((ObjectNode) session.get("metadata")).put("name", name).put("uid", "uid-of-" + name);
    objects.put(SessionRef.path("shop", name), session);
    return session;
  }

  private void accept() {
    while (true) {
      try {
        Socket client = socket.accept();
        clients.add(client);
        if (socket.isClosed()) {
          // It was accepted while the server closed, too late for hangUp().
          client.close();
          return;
        }
        Thread _ = Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        InputStream in = new BufferedInputStream(client.getInputStream());
        OutputStream out = client.getOutputStream()) {
      while (answers(in, out)) {}
    } catch (IOException e) {
      // The client has closed, or does not trust this server.
    }
  }

  /** Answers a request; false if no other can follow. */
  private boolean answers(InputStream in, OutputStream out) throws IOException {
    Asked question = question(in);
    asked.add(question);
    Answer answer = manner.apply(question).orElseGet(() -> answer(question));
    byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
    Optional<Instant> date =
        question.path.equals(EnforcementProbe.LIE_AT) ? now.map(_ -> proved) : now;
    out.write(
        "HTTP/1.1 %d X\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n"
            .formatted(
                answer.status,
                date.map(time -> "Date: " + DATE.format(time) + "\r\n").orElse(""),
                body.length + (answer.isWhole ? 0 : 1),
                answer.headers)
            .getBytes(StandardCharsets.US_ASCII));
    out.write(body);
    out.flush();
    return answer.isWhole || in.read() < 0;
  }

  private static Asked question(InputStream in) throws IOException {
    String[] first = line(in).split(" ", -1);
    Map<String, String> headers = new HashMap<>();
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      String[] parts = header.split(": ", 2);
      headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    return new Asked(
        first[0], first[1], headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int one = in.read(); one != '\n'; one = in.read()) {
      if (one < 0) {
        throw new IOException("it has ended");
      }
      line.append((char) one);
    }
    return line.toString().strip();
  }

  private synchronized Answer answer(Asked question) {
    if (!("Bearer " + TOKEN).equals(question.headers.get("authorization"))) {
      return Answer.wrong(401, "Unauthorized");
    }
    boolean isDry = question.path.endsWith("?dryRun=All");
    String path = question.path.replaceFirst("\\?.*$", "").replaceFirst("/status$", "");
    ObjectNode object = objects.get(path);
    try {
      if (question.path.equals(EnforcementProbe.LIE_AT)) {
        return Answer.of(403, recorded("lie-refused.json"));
      }
      if (question.method.equals("POST")) {
        return created(path, (ObjectNode) JSON.readTree(question.body));
      }
      if (object == null) {
        return Answer.wrong(404, "NotFound");
      }
      return switch (question.method) {
        case "GET" -> Answer.of(200, object);
        case "PATCH" ->
            question.path.startsWith(HEADS)
                ? raised(object, JSON.readTree(question.body))
                : patched(object, JSON.readTree(question.body), isDry);
        case "DELETE" -> deleted(path, object, JSON.readTree(question.body));
        default -> Answer.wrong(405, "MethodNotAllowed");
      };
    } catch (IOException e) {
      return Answer.wrong(400, "BadRequest");
    }
  }

  private Answer created(String path, ObjectNode object) {
    String at = path + "/" + object.at("/metadata/name").asText();
    return objects.putIfAbsent(at, object) == null
        ? Answer.of(201, object)
        : Answer.wrong(409, "AlreadyExists");
  }

  /** As the schema of log heads says. */
  private static Answer raised(ObjectNode object, JsonNode patch) {
    ObjectNode spec = (ObjectNode) object.get("spec");
    for (String number : List.of("epoch", "seq")) {
      if (patch.at("/spec/" + number).asLong() <= spec.get(number).asLong()) {
        return Answer.wrong(422, "a log only grows");
      }
    }
    spec.setAll((ObjectNode) patch.get("spec"));
    return Answer.of(200, object);
  }

  private static Answer patched(ObjectNode object, JsonNode patch, boolean isDry)
      throws IOException {
    ObjectNode metadata = (ObjectNode) object.get("metadata");
    for (String field : List.of("uid", "resourceVersion")) {
      if (patch.path("metadata").has(field)
          && !patch.path("metadata").get(field).equals(metadata.get(field))) {
        return Answer.wrong(409, "Conflict");
      }
    }
    String before = object.path("status").path("phase").asText();
    String after = patch.path("status").path("phase").asText();
    if (!List.of("->Running", "Running->Ended").contains(before + "->" + after)) {
      String refused = recorded("end-refused.json").toString();
      return Answer.of(403, refused.replace("web-1-87xmx", metadata.get("name").asText()));
    }
    if (isDry) {
      return Answer.of(200, object);
    }
    object.withObject("/status").setAll((ObjectNode) patch.get("status"));
    metadata.put("resourceVersion", metadata.get("resourceVersion").asInt() + 1 + "");
    return Answer.of(200, object);
  }

  private Answer deleted(String path, ObjectNode object, JsonNode options) {
    JsonNode wanted = options.path("preconditions").path("uid");
    if (!wanted.equals(object.path("metadata").path("uid"))) {
      return Answer.wrong(409, "Conflict");
    }
    objects.remove(path);
    return Answer.of(200, "{\"kind\":\"Status\",\"status\":\"Success\"}");
  }

  /** The object at a path, which must be there. */
  public ObjectNode object(String path) {
    return Objects.requireNonNull(objects.get(path), path);
  }

  /** The methods and paths of the requests so far, which are then forgotten. */
  public List<String> taken() {
    List<String> all = asked.stream().map(Asked::toString).toList();
    asked.clear();
    return all;
  }

  /** How often somebody has connected. */
  public int connections() {
    return clients.size();
  }

  /** Ends all connections. */
  public void hangUp() throws IOException {
    for (Socket client : clients) {
      client.close();
    }
  }

  /** As the API server writes a time. */
  static String written(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    hangUp();
  }
}
