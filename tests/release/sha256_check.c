/* Prints the digest of standard input, hashed whole and in pieces of each size up to 130, by both ways of computing it. */
#include <stdio.h>
#include <string.h>

#include "sha256.h"

static uint8_t bytes[1 << 20];

static int check(size_t size) {
    uint8_t whole[SHA256_SIZE], pieces[SHA256_SIZE];
    sha256(bytes, size, whole);
    for (size_t step = 1; step <= 130; step++) {
        struct sha256 hash;
        sha256_init(&hash);
        for (size_t at = 0; at < size; at += step)
            sha256_update(&hash, bytes + at, size - at < step ? size - at : step);
        sha256_final(&hash, pieces);
        if (memcmp(whole, pieces, SHA256_SIZE) != 0)
            return 1;
    }
    for (size_t i = 0; i < SHA256_SIZE; i++)
        printf("%02x", whole[i]);
    printf("\n");
    return 0;
}

int main(void) {
    size_t size = fread(bytes, 1, sizeof bytes, stdin);
    int wrong = check(size);
    sha256_portable_only();
    return wrong || check(size);
}
