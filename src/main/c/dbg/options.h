/*
 * options.h - the options that have a value, by verb. HelpTest makes the table of dbgd's grammar, and compares:
 * mvn test -Dtest=HelpTest -Ddbg.accept-options=true
 */
#pragma once

#define OPTIONS_WITH_VALUE \
	{"exec", " --each --reason --timeout --user --workdir -u -w "}, \
	{"audit", " --color --container --format --from --max-pause --operator --reason --session --shell --since --speed --status --tool --until -n "}, \
	{"connect", " --reason --timeout "}, \
	{"explain", " --as --each --reason --timeout --user --workdir -u -w "}, \
	{"forward", " --reason --timeout "}, \
	{"logs", " --reason --since --tail --timeout -n "}, \
	{"ps", " --filter -f "}, \
	{"shell", " --each --reason --timeout --user --workdir -c -u -w "}, \
	{"status", " --reason --timeout "}, \
	{"tools", " --as "}
