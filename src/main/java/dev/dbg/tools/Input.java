package dev.dbg.tools;

import dev.dbg.tools.argument.ParsedArguments;
import dev.dbg.tools.value.ValueType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** When a tool reads its standard input. If it does not, the operator's input is not read. */
public enum Input {
  ALWAYS,
  /** As grep(1) does: unless a path is among its operands or its options. */
  WITHOUT_PATH,
  NEVER,
  /** Always: it copies it to a connection, and the other way, and says at its end how much. */
  CONNECTION,
  /** It reads what the container wrote, which dbgd gets from the container's runtime. */
  LOG,
  /** It reads what dbgd tells of the container's state. */
  STATUS;

  /** Its name in a tool's file. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static List<String> words() {
    return Arrays.stream(values()).map(Input::word).toList();
  }

  static Optional<Input> of(String word) {
    return Arrays.stream(values()).filter(input -> input.word().equals(word)).findFirst();
  }

  /** Whether a tool reads standard input with these arguments. */
  public boolean isReadWith(ParsedArguments arguments) {
    return switch (this) {
      case ALWAYS, CONNECTION -> true;
      case NEVER, LOG, STATUS -> false;
      case WITHOUT_PATH ->
          arguments.operandTypes().stream().noneMatch(Input::isPath)
              && arguments.options().stream().noneMatch(ParsedArguments.Given::isPath);
    };
  }

  /** Whether dbgd has it read something about a container, of which nothing is entered. */
  public boolean isTold() {
    return this == LOG || this == STATUS;
  }

  private static boolean isPath(Set<ValueType> types) {
    return types.stream().allMatch(ValueType::isPath);
  }
}
