package dev.dbg.serve;

import dev.dbg.answer.Diagnosis;
import dev.dbg.grammar.Grammar;
import dev.dbg.review.LogVerification;
import dev.dbg.review.ReaderLimits;
import dev.dbg.session.Services;

/**
 * All that is needed to answer requests, made once at start. Any thread may use all of it.
 *
 * @param readers limits how many read the log at once
 * @param premises what only the doctor needs
 */
public record Agent(
    Grammar grammar,
    Services services,
    ReaderLimits readers,
    LogVerification verification,
    Diagnosis.Premises premises) {}
