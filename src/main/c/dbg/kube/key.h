/* key.h - bytes that nobody can guess, and the hash of a session's key, FIPS 180-4. */
#pragma once

#include <stddef.h>

/* A hash in hexadecimal, ended by a zero byte. */
#define HEX_OF_SHA256 65

/* At most 256 bytes. */
void fill_randomly(unsigned char *bytes, size_t length);

void sha256(const void *bytes, size_t length, char hex[HEX_OF_SHA256]);
