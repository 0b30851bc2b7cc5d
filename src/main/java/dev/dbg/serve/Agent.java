package dev.dbg.serve;

import dev.dbg.answer.Diagnosis;
import dev.dbg.grammar.Grammar;
import dev.dbg.review.LogVerification;
import dev.dbg.review.ReaderLimits;
import dev.dbg.session.Services;

/**
 * Everything that is needed to answer requests, created once at start. For any thread.
 *
 * @param readers limits how many clients read the log at once
 * @param premises values that only the doctor needs
 */
public record Agent(
    Grammar grammar,
    Services services,
    ReaderLimits readers,
    LogVerification verification,
    Diagnosis.Premises premises) {}
