/* Whole reads and writes: the calls of the system may do less than was asked, or be interrupted. */
#ifndef FROSTBYTE_READING_H
#define FROSTBYTE_READING_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <unistd.h>

/* Both return 0, or -1 with errno (EIO where the file ends early). */
static inline int read_at(int fd, void *bytes, size_t size, uint64_t offset) {
    uint8_t *to = bytes;
    while (size > 0) {
        ssize_t got = pread(fd, to, size, (off_t)offset);
        if (got == 0)
            errno = EIO;
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return -1;
        to += got, size -= (size_t)got, offset += (uint64_t)got;
    }
    return 0;
}

static inline int write_all(int fd, const void *bytes, size_t size) {
    const uint8_t *from = bytes;
    while (size > 0) {
        ssize_t put = write(fd, from, size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -1;
        from += put, size -= (size_t)put;
    }
    return 0;
}

#endif
