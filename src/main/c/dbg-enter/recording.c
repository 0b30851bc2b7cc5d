/*
 * recording.c - what the tool writes and when, kept as script(1) keeps it: a file of bytes, and one of
 * lines that say after how many seconds how many of them came. scriptreplay(1) plays the two.
 *
 * Nothing is shown that is not recorded: a byte that can't be ends the session.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "enter.h"

static int bytes_file = -1, timing_file = -1;
static struct timespec last;

static _Noreturn void give_up_recording(void)
{
	if (errno == EFBIG)
		give_up(UNRECORDABLE, "the recording is as large as limits.recording lets it be");
	give_up(UNRECORDABLE, "the recording cannot be written: %s", strerror(errno));
}

static void write_whole(int file, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t written = write(file, bytes, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			give_up_recording();
		bytes += written;
		length -= (size_t)written;
	}
}

/* A line of the timing file: what kind, seconds since the line before, and the rest. */
static void note(char kind, const char *rest)
{
	struct timespec now;
	long micros;
	char line[128];
	int length;

	clock_gettime(CLOCK_MONOTONIC, &now);
	micros = (now.tv_sec - last.tv_sec) * 1000000 + (now.tv_nsec - last.tv_nsec) / 1000;
	last = now;
	length = snprintf(line, sizeof(line), "%c %ld.%06ld %s\n", kind, micros / 1000000, micros % 1000000, rest);
	write_whole(timing_file, line, (size_t)length);
}

void begin_recording(const struct orders *orders)
{
	struct rlimit most = {.rlim_cur = orders->recording_size, .rlim_max = orders->recording_size};

	bytes_file = orders->recording;
	timing_file = orders->timing;
	if (bytes_file < 0)
		return;
	require(setrlimit(RLIMIT_FSIZE, &most), "RLIMIT_FSIZE");
	signal(SIGXFSZ, SIG_IGN);
	clock_gettime(CLOCK_MONOTONIC, &last);
}

void record_output(const char *bytes, size_t length)
{
	char count[32];

	if (bytes_file < 0)
		return;
	write_whole(bytes_file, bytes, length);
	snprintf(count, sizeof(count), "%zu", length);
	note('O', count);
}

void record_window_size(int terminal)
{
	struct winsize size;
	char text[64];

	if (bytes_file < 0 || ioctl(terminal, TIOCGWINSZ, &size) < 0)
		return;
	snprintf(text, sizeof(text), "SIGWINCH ROWS=%u COLS=%u", size.ws_row, size.ws_col);
	note('S', text);
}
