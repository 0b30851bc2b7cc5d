package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.dbg.reader.LogReader;
import dev.dbg.reader.UserReader;
import org.junit.jupiter.api.Test;

class ReaderCommandTest {
  @Test
  void the_programs_of_the_readers_exist() {
    assertEquals(LogReader.class.getName(), ReaderCommand.LOG_READER);
    assertEquals(UserReader.class.getName(), ReaderCommand.USER_READER);
  }

  @Test
  void dbgd_does_not_load_them() {
    assertFalse(RootProcessTest.reached().contains(ReaderCommand.LOG_READER));
    assertFalse(RootProcessTest.reached().contains(ReaderCommand.USER_READER));
  }
}
