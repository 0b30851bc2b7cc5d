package dev.dbg.resolve.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.process.Users;
import dev.dbg.model.Gid;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.Uid;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.untrusted.Allowance;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What users' engines said: when it is used again, and when they are asked once more. */
class UserEngineCacheTest {
  private static final UserEngineCache.Engine ENGINE =
      new UserEngineCache.Engine(
          new Users.Account(new Uid(1000), "una", new Gid(1000), "/home/una"),
          UserEngineKind.PODMAN);
  private static final List<FileStamp> SEEN = List.of(FileStamp.MISSING, new FileStamp(7, 1));
  private static final List<FileStamp> OTHERS = List.of(FileStamp.MISSING, new FileStamp(7, 2));
  private static final List<FileStamp> UNSEEN = List.of(FileStamp.MISSING, FileStamp.MISSING);

  private final UserEngineCache heard = new UserEngineCache();
  private Process process;
  private int asked;

  @BeforeEach
  void start() throws Exception {
    process = new ProcessBuilder("sleep", "60").start();
  }

  @AfterEach
  void end() throws Exception {
    process.destroyForcibly().waitFor();
  }

  private FoundContainer container(String id, String state, ResolvedBy way) {
    return FoundContainer.named("podman", id, state, (int) process.pid(), way, Evidence.NUMBER);
  }

  private UserEngineCache.EngineQuestion says(FoundContainer found) {
    return () -> {
      asked++;
      return PendingEngineAnswer.Says.of(found);
    };
  }

  private static Allowance ofMuch(long made) throws Exception {
    Allowance allowance = Allowance.ofRuntime();
    allowance.take(made);
    return allowance;
  }

  private void listed(List<FileStamp> stamps, long made) throws Exception {
    PendingEngineAnswer.Says _ =
        heard.all(ENGINE, stamps, ofMuch(made), says(container("web", "running", ResolvedBy.DISK)));
  }

  /** Asks twice about a container that a list names, and is told of {@code answer}. */
  private void askedTwice(FoundContainer answer, long made) throws Exception {
    Target listed = container("web", "running", ResolvedBy.DISK).target();
    for (int i = 0; i < 2; i++) {
      PendingEngineAnswer.Says _ = heard.one(listed, SEEN, ofMuch(made), says(answer));
    }
  }

  @Test
  void a_list_is_used_again_while_its_files_are_the_same() throws Exception {
    listed(SEEN, 1);
    listed(SEEN, 1);
    assertEquals(1, asked);
    listed(OTHERS, 1);
    assertEquals(2, asked);
  }

  @Test
  void a_list_of_which_dbgd_sees_no_file_is_asked_for_each_time() throws Exception {
    listed(UNSEEN, 1);
    listed(UNSEEN, 1);
    assertEquals(2, asked);
  }

  @Test
  void a_long_list_is_asked_for_each_time() throws Exception {
    listed(SEEN, (1 << 15) + 1);
    listed(SEEN, (1 << 15) + 1);
    assertEquals(2, asked);
  }

  @Test
  void what_a_service_said_is_used_while_that_process_runs() throws Exception {
    FoundContainer web = container("web", "running", ResolvedBy.API);
    askedTwice(web, 1);
    assertEquals(1, asked);
    Target listed = container("web", "running", ResolvedBy.DISK).target();
    FoundContainer told = heard.told(listed).orElseThrow();
    assertEquals(ResolvedBy.KNOWN, told.target().way());
    assertInstanceOf(Evidence.SameStart.class, told.evidence());

    end();
    assertEquals(Optional.empty(), heard.told(listed));
  }

  @Test
  void a_container_that_does_not_run_yet_is_asked_about_again() throws Exception {
    askedTwice(container("web", "created", ResolvedBy.API), 1);
    assertEquals(2, asked);
  }

  @Test
  void an_answer_about_another_container_is_not_kept() throws Exception {
    FoundContainer other = container("db", "running", ResolvedBy.API);
    askedTwice(other, 1);
    assertEquals(2, asked);
    assertEquals(
        Optional.empty(), heard.told(container("db", "running", ResolvedBy.DISK).target()));
  }

  @Test
  void an_answer_that_says_much_is_not_kept() throws Exception {
    askedTwice(container("web", "running", ResolvedBy.API), (1 << 15) + 1);
    assertEquals(2, asked);
  }
}
