package dev.dbg.resolve.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.process.Users;
import dev.dbg.model.Gid;
import dev.dbg.model.HostileWords;
import dev.dbg.model.Image;
import dev.dbg.model.Replica;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.Target.Owner;
import dev.dbg.model.TargetName;
import dev.dbg.model.Uid;
import dev.dbg.resolve.engine.EngineAnswer;
import dev.dbg.resolve.untrusted.Allowance;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameGrammarTest {
  private static final String ID = "a1".repeat(32);

  /** A container with a longer text in what its engine says is left out. */
  private static final int LONGEST_TEXT = 4096 - 1;

  private static FoundContainer container(
      String runtime, Optional<Owner> owner, String id, String name) {
    return new FoundContainer(
        new Target(
            runtime,
            owner,
            id,
            name,
            Image.NONE,
            Optional.of(Map.of()),
            "running",
            7,
            ResolvedBy.API),
        Evidence.NUMBER);
  }

  @ParameterizedTest
  @CsvSource({
    "docker,web-1",
    "docker,stack_web.1.x9k2v",
    "podman,dbgt_a.b-c",
    "podman,A",
    "containerd,default/web",
    "k8s,default/web-5d8f/app",
    "incus,web",
    "incus,project.b/web",
    "lxc,web_1",
    "nspawn,debian-13",
    "unit,nginx.service",
    "unit,dev-disk\\x2done@a:b.service",
    "pid,4711"
  })
  void what_a_runtime_gives_is_a_name(String runtime, String name) {
    boolean isEngine = List.of("docker", "podman").contains(runtime);
    assertTrue(
        NameGrammar.admits(container(runtime, Optional.empty(), isEngine ? ID : name, name)));
    assertTrue(NameGrammar.admits(container(runtime, Optional.empty(), ID, name)));
    assertTrue(NameGrammar.admits(TargetName.parse(name)));
    assertTrue(NameGrammar.admits(TargetName.parse(runtime + "://" + name)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"alpine", "adguard/adguardhome:latest", "localhost:5000/x:1", "x@sha256:0123"})
  void a_reference_is_an_images_name_alone(String reference) {
    assertTrue(NameGrammar.isReference(reference));
    assertTrue(NameGrammar.admits(TargetName.parse("image://" + reference)));
    assertEquals(
        reference.equals("alpine"), NameGrammar.admits(TargetName.parse(reference)), reference);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../x", "/x:1", "a,b:1", "a\\b:1", "x:1\u001b[2J", "-x:1", ":1"})
  void a_malformed_reference_is_no_images_name(String name) {
    assertFalse(NameGrammar.isReference(name));
    assertFalse(NameGrammar.admits(TargetName.parse("image://" + name)));
  }

  static List<String> words() {
    return HostileWords.ALL;
  }

  @ParameterizedTest
  @MethodSource("words")
  void no_hostile_word_is_a_name_an_id_or_a_user(String word) {
    for (String runtime :
        List.of(
            "docker",
            "podman",
            "containerd",
            "k8s",
            "incus",
            "lxc",
            "nspawn",
            "unit",
            "pid",
            "image",
            "other")) {
      assertFalse(NameGrammar.admits(container(runtime, Optional.empty(), ID, word)), runtime);
      assertFalse(NameGrammar.admits(container(runtime, Optional.empty(), word, "web")), runtime);
    }
    Owner owner = NameGrammar.owner(new Users.Account(new Uid(1000), word, new Gid(1000), "/"));
    assertEquals("1000", owner.user());
    assertFalse(
        NameGrammar.admits(
            container("podman", Optional.of(new Owner(new Uid(1000), word)), ID, "web")));
  }

  @ParameterizedTest
  @CsvSource({"alice", "müller", "CORP\\alice", "alice@example.org", "host$", "1000"})
  void users_of_a_directory_have_names(String user) {
    Owner owner = NameGrammar.owner(new Users.Account(new Uid(1000), user, new Gid(1000), "/"));
    assertEquals(user, owner.user());
    assertTrue(NameGrammar.admits(container("podman", Optional.of(owner), ID, "web")));
  }

  @ParameterizedTest
  @MethodSource("words")
  void an_engines_container_without_a_name_is_known_by_its_id(String word) throws IOException {
    StringBuilder escaped = new StringBuilder();
    word.chars().forEach(c -> escaped.append("\\u%04x".formatted(c)));
    byte[] list =
        "[{\"Id\":\"%s\",\"Names\":[\"/%s\"],\"State\":\"running\"}]"
            .formatted(ID, escaped)
            .getBytes(StandardCharsets.UTF_8);
    List<FoundContainer> found = listed(list);
    if (word.length() > LONGEST_TEXT) {
      assertEquals(List.of(), found);
      return;
    }
    assertEquals(ID, found.getFirst().target().name());
    assertTrue(NameGrammar.admits(found.getFirst()));
  }

  private static List<FoundContainer> listed(byte[] list) throws IOException {
    return new EngineAnswer("docker", Optional.empty(), "")
        .listed(new ByteArrayInputStream(list), Allowance.ofRuntime());
  }

  @Test
  void a_link_of_dockers_is_not_a_containers_name() throws IOException {
    byte[] list =
        "[{\"Id\":\"%s\",\"Names\":[\"/web/db\",\"/db\"]}]"
            .formatted(ID)
            .getBytes(StandardCharsets.UTF_8);
    assertEquals("db", listed(list).getFirst().target().name());
  }

  @ParameterizedTest
  @MethodSource("words")
  void no_hostile_label_is_a_services_name(String word) {
    for (Map<String, String> labels :
        List.of(
            Map.of("com.docker.compose.project", word, "com.docker.compose.service", "web"),
            Map.of("com.docker.compose.project", "p", "com.docker.compose.service", word),
            Map.of("io.podman.compose.project", "p", "io.podman.compose.service", word),
            Map.of("com.docker.swarm.service.name", word))) {
      Target target =
          new Target(
              "docker",
              Optional.empty(),
              ID,
              "web",
              Image.NONE,
              Optional.of(labels),
              "running",
              7,
              ResolvedBy.API);
      assertEquals(Optional.empty(), Replica.of(target), word);
    }
  }
}
