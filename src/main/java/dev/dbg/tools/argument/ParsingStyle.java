package dev.dbg.tools.argument;

import java.util.Optional;

/**
 * How a tool reads its words, where it does not do so as getopt_long(3) does.
 *
 * @param operandsFirst whether the tool expects its operands before its options, as find(1) does
 * @param valuesApart whether the value of a long option is a separate word, as curl(1) expects it
 * @param bareBundle whether the first word may be a bundle of short options without a dash, as
 *     tar(1) has it
 * @param splitOperands whether an operand with blanks is several, as ss(8) reads its filter
 * @param base the option whose value is the directory of relative operands, by the spelling that is
 *     passed to the tool
 */
public record ParsingStyle(
    boolean operandsFirst,
    boolean valuesApart,
    boolean bareBundle,
    boolean splitOperands,
    Optional<String> base) {}
