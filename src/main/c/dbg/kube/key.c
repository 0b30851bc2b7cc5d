/* key.c - bytes that nobody can guess, and the hash of a session's key; key.h */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "../terminal/terminal.h"
#include "key.h"

#define BLOCK 64

void fill_randomly(unsigned char *bytes, size_t length)
{
	if (getrandom(bytes, length, 0) != (ssize_t)length)
		fail("cannot get random bytes: %s", strerror(errno));
}

static const uint32_t of_rounds[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
	0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
	0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
	0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t turned(uint32_t value, int by)
{
	return value >> by | value << (32 - by);
}

static void take_block(uint32_t state[8], const unsigned char *block)
{
	uint32_t words[64], now[8];

	for (int i = 0; i < 16; i++, block += 4)
		words[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 | block[3];
	for (int i = 16; i < 64; i++)
		words[i] = words[i - 16] + words[i - 7] +
			   (turned(words[i - 15], 7) ^ turned(words[i - 15], 18) ^ words[i - 15] >> 3) +
			   (turned(words[i - 2], 17) ^ turned(words[i - 2], 19) ^ words[i - 2] >> 10);
	memcpy(now, state, sizeof(now));
	for (int i = 0; i < 64; i++) {
		uint32_t a = now[0], e = now[4];
		uint32_t one = now[7] + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & now[5]) ^ (~e & now[6])) +
			       of_rounds[i] + words[i];
		uint32_t two = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & now[1]) ^ (a & now[2]) ^ (now[1] & now[2]));

		memmove(now + 1, now, 7 * sizeof(*now));
		now[4] += one;
		now[0] = one + two;
	}
	for (int i = 0; i < 8; i++)
		state[i] += now[i];
}

void sha256(const void *bytes, size_t length, char hex[HEX_OF_SHA256])
{
	uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
	unsigned char last[2 * BLOCK] = {0};
	size_t rest = length % BLOCK, end = rest < BLOCK - 8 ? BLOCK : 2 * BLOCK;

	for (size_t at = 0; at + BLOCK <= length; at += BLOCK)
		take_block(state, (const unsigned char *)bytes + at);
	memcpy(last, (const unsigned char *)bytes + length - rest, rest);
	last[rest] = 0x80;
	for (size_t i = 0; i < 8; i++)
		last[end - 1 - i] = (unsigned char)((uint64_t)length * 8 >> 8 * i);
	for (size_t at = 0; at < end; at += BLOCK)
		take_block(state, last + at);
	for (int i = 0; i < 8; i++)
		sprintf(hex + 8 * i, "%08x", state[i]);
}
