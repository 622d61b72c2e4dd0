/* The program as one file, and the only code that reads its bytes as a structure.
 *
 *     launcher | payload | index | trailer          (all numbers little endian; written by packaging/pack.py)
 *
 * payload   the program's files, each a zstd frame of its own, without gaps, in the order of the index
 * index     u8 version[32] (padded with NUL), then for each file, sorted by name:
 *           u64 offset in the payload, u64 packed size, u64 size, u8 SHA-256 of the packed bytes[32], u8 SHA-256[32],
 *           u16 length of the name, u8 1 for an executable else 0, u8 0, the name
 * trailer   u8 "FROSTBYT", u32 format (1), u32 files, u64 payload offset, u64 payload size, u64 index size, u64 sum of sizes,
 *           u8 SHA-256 of the launcher[32], u8 SHA-256 of the index[32]
 *
 * The SHA-256 of the index names the build. It covers every file, packed and unpacked, so nothing is unpacked before it was
 * compared. It proves that nothing was damaged; who made the file is proved by the signature that is published beside it.
 */
#ifndef FROSTBYTE_IMAGE_H
#define FROSTBYTE_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "sha256.h"

#define TRAILER_SIZE 112
#define NAME_LIMIT 1000
#define ENTRY_FIXED 92
#define PROGRAM "frostbyte"

struct entry {
    const char *name; /* relative, no empty, "." or ".." parts, printable ASCII; NUL-terminated */
    uint64_t offset;  /* in the file that holds the image */
    uint64_t packed_size;
    uint64_t size;
    uint8_t packed_sha256[SHA256_SIZE];
    uint8_t sha256[SHA256_SIZE];
    int executable;
};

struct trailer {
    uint32_t files;
    uint64_t payload_offset;
    uint64_t payload_size;
    uint64_t index_size;
    uint64_t tree_size;
    uint8_t launcher_sha256[SHA256_SIZE];
    uint8_t index_sha256[SHA256_SIZE];
};

struct image {
    struct trailer trailer;
    char version[33];
    struct entry *entries; /* trailer.files of them, sorted by name */
    char *names;
};

/* Both return NULL, or what is wrong. They read only the bytes given and allocate only what `image_free` frees. */
const char *trailer_parse(const uint8_t bytes[TRAILER_SIZE], uint64_t file_size, struct trailer *trailer);
const char *index_parse(const uint8_t *bytes, size_t size, const struct trailer *trailer, struct image *image);

/* Reads trailer and index of the open file. NULL, or what is wrong. */
const char *image_open(int fd, struct image *image);
void image_free(struct image *image);

/* The entry of that name, or NULL. */
const struct entry *image_find(const struct image *image, const char *name);

#endif
