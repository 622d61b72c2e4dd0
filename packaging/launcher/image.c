#define _GNU_SOURCE
#include "image.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reading.h"

#define FILES_LIMIT 100000u
#define INDEX_LIMIT (64u << 20)
#define SIZE_LIMIT (UINT64_C(4) << 30) /* of one file, packed or not; also keeps sums far from overflow */

static uint64_t number(const uint8_t *bytes, size_t size) {
    uint64_t value = 0;
    for (size_t i = size; i > 0; i--)
        value = value << 8 | bytes[i - 1];
    return value;
}

const char *trailer_parse(const uint8_t bytes[TRAILER_SIZE], uint64_t file_size, struct trailer *trailer) {
    if (memcmp(bytes, "FROSTBYT", 8) != 0)
        return "its end is missing";
    if (number(bytes + 8, 4) != 1)
        return "it is of an unknown format";
    trailer->files = (uint32_t)number(bytes + 12, 4);
    trailer->payload_offset = number(bytes + 16, 8);
    trailer->payload_size = number(bytes + 24, 8);
    trailer->index_size = number(bytes + 32, 8);
    trailer->tree_size = number(bytes + 40, 8);
    memcpy(trailer->launcher_sha256, bytes + 48, SHA256_SIZE);
    memcpy(trailer->index_sha256, bytes + 80, SHA256_SIZE);
    if (trailer->files == 0 || trailer->files > FILES_LIMIT || trailer->index_size > INDEX_LIMIT)
        return "its trailer makes no sense";
    if (file_size < TRAILER_SIZE || trailer->payload_offset > file_size || trailer->payload_size > file_size)
        return "its trailer makes no sense";
    if (trailer->payload_offset + trailer->payload_size + trailer->index_size + TRAILER_SIZE != file_size)
        return "its length is not what its trailer says";
    return NULL;
}

static int name_is_sound(const uint8_t *name, size_t length) {
    size_t part = 0;
    if (length == 0 || length > NAME_LIMIT || name[0] == '.') /* a leading dot is the launcher's own */
        return 0;
    for (size_t i = 0; i <= length; i++) {
        if (i < length && name[i] != '/') {
            if (name[i] < 0x20 || name[i] > 0x7e)
                return 0;
            part++;
            continue;
        }
        const uint8_t *start = name + i - part;
        if (part == 0 || part > 255 || (start[0] == '.' && (part == 1 || (part == 2 && start[1] == '.'))))
            return 0;
        part = 0;
    }
    return 1;
}

static int version_is_sound(const char *version) {
    size_t length = strlen(version);
    return length > 0 && length < 32 && version[0] != '.' && version[0] != '-' &&
           strspn(version, "0123456789abcdefghijklmnopqrstuvwxyz.+-") == length;
}

static const char *parse_entries(const uint8_t *bytes, size_t size, struct image *image) {
    const struct trailer *trailer = &image->trailer;
    uint64_t offset = 0, tree_size = 0;
    char *name = image->names;
    const char *previous = "";
    size_t at = 32;
    for (uint32_t i = 0; i < trailer->files; i++) {
        struct entry *entry = &image->entries[i];
        if (size - at < ENTRY_FIXED)
            return "its index is cut short";
        const uint8_t *fixed = bytes + at;
        size_t length = (size_t)number(fixed + 88, 2);
        at += ENTRY_FIXED;
        if (size - at < length)
            return "its index is cut short";
        if (!name_is_sound(bytes + at, length))
            return "a name in its index is not sound";
        memcpy(name, bytes + at, length);
        name[length] = '\0';
        at += length;
        if (strcmp(previous, name) >= 0)
            return "its index is not in order";
        entry->name = previous = name;
        name += length + 1;
        entry->packed_size = number(fixed + 8, 8);
        entry->size = number(fixed + 16, 8);
        if (entry->packed_size == 0 || entry->packed_size > SIZE_LIMIT || entry->size > SIZE_LIMIT || number(fixed, 8) != offset)
            return "a size in its index makes no sense";
        entry->offset = trailer->payload_offset + offset;
        offset += entry->packed_size;
        tree_size += entry->size;
        memcpy(entry->packed_sha256, fixed + 24, SHA256_SIZE);
        memcpy(entry->sha256, fixed + 56, SHA256_SIZE);
        if (fixed[90] > 1 || fixed[91] != 0)
            return "a flag in its index is unknown";
        entry->executable = fixed[90];
    }
    if (at != size || offset != trailer->payload_size || tree_size != trailer->tree_size)
        return "its index does not add up";
    const struct entry *program = image_find(image, PROGRAM);
    return program && program->executable ? NULL : "it holds no program";
}

const char *index_parse(const uint8_t *bytes, size_t size, const struct trailer *trailer, struct image *image) {
    memset(image, 0, sizeof *image);
    image->trailer = *trailer;
    if (size != trailer->index_size || size < 32 || (size - 32) / ENTRY_FIXED < trailer->files)
        return "its index is cut short";
    memcpy(image->version, bytes, 32);
    if (!version_is_sound(image->version))
        return "its version is not sound";
    image->entries = calloc(trailer->files, sizeof *image->entries);
    image->names = calloc(1, size); /* longer than all names: an entry's fixed part makes room for its final NUL */
    if (!image->entries || !image->names) {
        image_free(image);
        return "there is not enough memory";
    }
    const char *wrong = parse_entries(bytes, size, image);
    if (wrong)
        image_free(image);
    return wrong;
}

const char *image_open(int fd, struct image *image) {
    struct stat status;
    uint8_t end[TRAILER_SIZE], digest[SHA256_SIZE];
    struct trailer trailer;
    memset(image, 0, sizeof *image);
    if (fstat(fd, &status) != 0 || status.st_size < TRAILER_SIZE ||
        read_at(fd, end, TRAILER_SIZE, (uint64_t)status.st_size - TRAILER_SIZE) != 0)
        return "it cannot be read";
    const char *wrong = trailer_parse(end, (uint64_t)status.st_size, &trailer);
    if (wrong)
        return wrong;
    uint8_t *bytes = malloc(trailer.index_size ? (size_t)trailer.index_size : 1);
    if (!bytes)
        return "there is not enough memory";
    if (read_at(fd, bytes, (size_t)trailer.index_size, trailer.payload_offset + trailer.payload_size) != 0)
        wrong = "it cannot be read";
    if (!wrong) {
        sha256(bytes, (size_t)trailer.index_size, digest);
        if (memcmp(digest, trailer.index_sha256, SHA256_SIZE) != 0)
            wrong = "its index is damaged";
    }
    if (!wrong)
        wrong = index_parse(bytes, (size_t)trailer.index_size, &trailer, image);
    free(bytes);
    return wrong;
}

void image_free(struct image *image) {
    free(image->entries);
    free(image->names);
    image->entries = NULL;
    image->names = NULL;
}

const struct entry *image_find(const struct image *image, const char *name) {
    size_t low = 0, high = image->trailer.files;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(image->entries[middle].name, name);
        if (order == 0)
            return &image->entries[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
