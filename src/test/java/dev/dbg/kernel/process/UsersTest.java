package dev.dbg.kernel.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.Gid;
import dev.dbg.model.Uid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The users and groups of this host: what the C library says must be what its files say. */
class UsersTest {
  private static final Uid NOBODY_HAS = new Uid(0xFFFF_FFF0L);

  private static List<String[]> lines(String file) throws IOException {
    return Files.readAllLines(Path.of(file)).stream()
        .map(line -> line.split(":", -1))
        // Native tests make and remove such ones meanwhile.
        .filter(fields -> !fields[0].startsWith("dbgt-"))
        .filter(fields -> fields.length > 3 && fields[2].matches("[0-9]+"))
        .toList();
  }

  @Test
  void every_user_of_the_file_is_found_by_number_and_by_name_with_the_same_entry()
      throws IOException {
    for (String[] user : lines("/etc/passwd")) {
      Uid uid = new Uid(Long.parseLong(user[2]));
      Users.Account byNumber = Users.account(uid).orElseThrow();
      assertEquals(uid, byNumber.uid());
      Users.Account byName = Users.account(user[0]).orElseThrow();
      assertEquals(
          new Users.Account(uid, user[0], new Gid(Long.parseLong(user[3])), user[5]), byName);
      // Several names may share a number; the first one counts.
      if (byNumber.name().equals(user[0])) {
        assertEquals(byName, byNumber);
      }
    }
    assertEquals("root", Users.name(Uid.ROOT));
  }

  @Test
  void every_group_of_the_file_has_its_name() throws IOException {
    List<String[]> groups = lines("/etc/group");
    assertFalse(groups.isEmpty());
    for (String[] group : groups) {
      String name = Users.name(new Gid(Long.parseLong(group[2])));
      assertTrue(
          groups.stream().anyMatch(g -> g[0].equals(name) && g[2].equals(group[2])), group[0]);
    }
  }

  @ParameterizedTest
  @CsvSource({"ops, 1005, true", "ops, 70100, false", "1005, 1005, false", "'', 1005, false"})
  void a_name_is_an_ids_own_only_if_it_leads_back_to_it(String name, long led, boolean isOwn) {
    Gid group = new Gid(1005);

    assertEquals(isOwn, Users.isOwn(name, group, _ -> Optional.of(new Gid(led))));
    assertFalse(Users.isOwn(name, group, _ -> Optional.empty()));
  }

  @Test
  void an_id_without_an_entry_is_its_number() {
    assertEquals("4294967280", Users.name(NOBODY_HAS));
    assertEquals("4294967280", Users.name(new Gid(NOBODY_HAS.number())));
    assertEquals(Optional.empty(), Users.account(NOBODY_HAS));
    assertEquals(Optional.empty(), Users.account("no-such-user"));
  }
}
