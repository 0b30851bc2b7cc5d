package dev.dbg.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PiecesTest {
  @ParameterizedTest
  @ValueSource(strings = {"", ":", "a", "a:b", ":a", "a:", "a::b", "::"})
  void they_are_those_of_a_split_that_keeps_empty_ones(String text) {
    assertEquals(List.of(text.split(":", -1)), RawText.pieces(text, ':').toList());
  }
}
