/*
 * recording.c - records the tool's output in the format of script(1): a file with the bytes, and a timing file
 * whose lines say how many bytes came after how many seconds. scriptreplay(1) plays them.
 *
 * The operator sees no byte that is not recorded: if one cannot be written, the session ends.
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
		give_up(UNRECORDABLE, "the recording has reached its largest size, limits.recording");
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

/* Writes a line of the timing file: its kind, the seconds since the last line, and REST. */
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

void begin_recording(const struct streams *streams)
{
	struct rlimit most = {.rlim_cur = streams->recording_size, .rlim_max = streams->recording_size};

	bytes_file = streams->recording;
	timing_file = streams->timing;
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
