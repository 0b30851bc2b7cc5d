/* secret.h - which variables of an environment look like secrets. */
#pragma once

#include <stddef.h>

/* A part of a variable, not ended by a NUL. */
struct text {
	const char *bytes;
	size_t length;
};

int is_secret(struct text name, struct text value);
/* Where the credentials of the first URL in VALUE that has some begin, and where they end; 0 if there are none. */
size_t credentials(struct text value, size_t *end);
