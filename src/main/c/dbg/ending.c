/* ending.c - signals that end dbg while no tool is there to take them; ending.h */
#include <signal.h>
#include <time.h>

#include "../shared/common.h"
#include "../shared/signals.h"
#include "ending.h"
#include "remote/passing.h"
#include "terminal/screen.h"
#include "terminal/terminal.h"

static struct {
	int has_tool, has_answer;
	int signal;
	long long time;
} ending;

static long long now_in_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Whether this process would end by it, if it did not take it for the tool. */
static int ends_without_tool(int number)
{
	struct sigaction action;

	return number != SIGWINCH && number != SIGTSTP && number != SIGCONT &&
	       !(sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN);
}

void note_tool(void)
{
	ending.has_tool = 1;
}

void note_answer(void)
{
	static const int numbers[] = {TOOL_SIGNALS};
	sigset_t ends;

	ending.has_answer = 1;
	if (*end_of_drawing())
		return;
	sigemptyset(&ends);
	for (size_t i = 0; i < COUNT(numbers); i++)
		if (ends_without_tool(numbers[i]))
			sigaddset(&ends, numbers[i]);
	forbid_dump();
	sigprocmask(SIG_UNBLOCK, &ends, NULL);
}

int ends_by(int number)
{
	if (ending.has_tool || !ends_without_tool(number))
		return 0;
	if (ending.signal || ending.has_answer || patience_of_line() == 0)
		return 1;
	ending.signal = number;
	ending.time = now_in_ms() + patience_of_line();
	return 0;
}

int time_left(void)
{
	long long left = ending.time - now_in_ms();

	if (ending.has_tool || !ending.signal || patience_of_line() == NO_END)
		return NO_END;
	return left > 0 ? (int)left : 0;
}

int ending_signal(void)
{
	return ending.signal;
}
