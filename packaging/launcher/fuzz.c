/* Feeds broken images to the code that reads them: `fuzz SEED ROUNDS FILE`, FILE holding an index and a trailer as pack.py
 * writes them (with an empty payload's place left out). Built with sanitizers, which end it at the first misstep. Every image
 * that is accepted must keep what image.h promises. Prints how many were accepted and refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"

static uint64_t state;

static uint64_t random_number(uint64_t below) { /* splitmix64 (Steele, Lea, Flood 2014); the bias of % is of no matter here */
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return below ? (z ^ (z >> 31)) % below : 0;
}

static void mutate(uint8_t *bytes, size_t *size, size_t room) {
    static const uint8_t interesting[] = {0, 1, '.', '/', '-', 0x7f, 0x80, 0xff};
    for (uint64_t changes = 1 + random_number(4); changes > 0; changes--) {
        size_t at = (size_t)random_number(*size), length = (size_t)random_number(9);
        switch (*size ? random_number(6) : 4) {
        case 0: bytes[at] ^= (uint8_t)(1u << random_number(8)); break;
        case 1: bytes[at] = interesting[random_number(sizeof interesting)]; break;
        case 2: /* a number gets extreme */
            for (size_t i = at; i < *size && i < at + 8; i++)
                bytes[i] = random_number(2) ? 0xff : 0;
            break;
        case 3: /* cut out */
            if (at + length < *size) {
                memmove(bytes + at, bytes + at + length, *size - at - length);
                *size -= length;
            }
            break;
        case 4: /* put in */
            if (*size + length < room) {
                memmove(bytes + at + length, bytes + at, *size - at);
                for (size_t i = 0; i < length; i++)
                    bytes[at + i] = (uint8_t)random_number(256);
                *size += length;
            }
            break;
        default: *size = at; break;
        }
    }
}

static void demand(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "fuzz: accepted an image with %s\n", what);
        abort();
    }
}

static void check(const struct image *image) {
    uint64_t at = image->trailer.payload_offset, size = 0;
    demand(strchr(image->version, '/') == NULL && image->version[0] != '.' && image->version[0] != '\0', "an unsound version");
    for (uint32_t i = 0; i < image->trailer.files; i++) {
        const struct entry *entry = &image->entries[i];
        char padded[NAME_LIMIT + 3];
        demand(strlen(entry->name) <= NAME_LIMIT, "a long name");
        snprintf(padded, sizeof padded, "/%s/", entry->name);
        demand(!strstr(padded, "//") && !strstr(padded, "/./") && !strstr(padded, "/../"), "an unsound name");
        demand(i == 0 || strcmp(image->entries[i - 1].name, entry->name) < 0, "names out of order");
        demand(entry->offset == at, "a gap");
        demand(image_find(image, entry->name) == entry, "a file that is not found");
        at += entry->packed_size, size += entry->size;
    }
    demand(at == image->trailer.payload_offset + image->trailer.payload_size, "a payload of another size");
    demand(size == image->trailer.tree_size, "a tree of another size");
    demand(image_find(image, PROGRAM) != NULL, "no program");
}

int main(int count, char **arguments) {
    static uint8_t original[1 << 20];
    unsigned long accepted = 0, refused = 0;
    FILE *file = count == 4 ? fopen(arguments[3], "rb") : NULL;
    if (!file)
        return 2;
    size_t whole = fread(original, 1, sizeof original, file);
    fclose(file);
    if (whole < TRAILER_SIZE)
        return 2;
    const size_t index_size = whole - TRAILER_SIZE, room = whole + 64;
    state = strtoull(arguments[1], NULL, 10);
    for (unsigned long round = strtoul(arguments[2], NULL, 10); round > 0; round--) {
        /* Buffers of exactly the size given, so that a read past their end is seen. */
        uint8_t *bytes = malloc(room), end[TRAILER_SIZE];
        struct trailer trailer;
        struct image image;
        size_t size = index_size;
        memcpy(bytes, original, index_size);
        memcpy(end, original + index_size, TRAILER_SIZE);
        if (random_number(4))
            mutate(bytes, &size, room);
        if (random_number(3) == 0)
            end[random_number(TRAILER_SIZE)] ^= (uint8_t)(1u << random_number(8));
        uint8_t *exact = malloc(size ? size : 1);
        memcpy(exact, bytes, size);
        free(bytes);
        uint64_t payload = 0;
        for (size_t i = 0; i < 8; i++)
            payload |= (uint64_t)original[index_size + 24 + i] << (8 * i);
        /* The launcher's bytes are not there: the trailer is judged by the size it would have. */
        uint64_t before = 0;
        for (size_t i = 0; i < 8; i++)
            before |= (uint64_t)original[index_size + 16 + i] << (8 * i);
        const char *wrong = trailer_parse(end, before + payload + size + TRAILER_SIZE, &trailer);
        if (!wrong)
            wrong = index_parse(exact, size, &trailer, &image);
        if (wrong) {
            refused++;
        } else {
            accepted++;
            check(&image);
            image_free(&image);
        }
        /* The index on its own, under a trailer that fits: what a forged but consistent file could hold. */
        if (trailer_parse(original + index_size, before + payload + index_size + TRAILER_SIZE, &trailer) == NULL) {
            trailer.index_size = size;
            if (index_parse(exact, size, &trailer, &image) == NULL) {
                accepted++;
                check(&image);
                image_free(&image);
            } else {
                refused++;
            }
        }
        free(exact);
    }
    printf("accepted %lu refused %lu\n", accepted, refused);
    return 0;
}
