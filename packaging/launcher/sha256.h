/* SHA-256 (FIPS 180-4), with the processor's own instructions where it has them: a first start hashes 900 MB. */
#ifndef FROSTBYTE_SHA256_H
#define FROSTBYTE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32

struct sha256 {
    uint32_t state[8];
    uint64_t length; /* bytes hashed so far */
    uint8_t block[64];
};

void sha256_init(struct sha256 *hash);
void sha256_update(struct sha256 *hash, const void *bytes, size_t size);
void sha256_final(struct sha256 *hash, uint8_t digest[SHA256_SIZE]);
void sha256(const void *bytes, size_t size, uint8_t digest[SHA256_SIZE]);

/* For tests: never use the processor's instructions from here on. */
void sha256_portable_only(void);

#endif
