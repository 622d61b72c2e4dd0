/* Unpacks an image into a folder, with as many threads as the process has processors. A file is compared with the index
 * packed, before the decompressor sees it, and again unpacked, before it is written. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "reading.h"
#include "tree.h"

#define THREADS 4 /* each needs the memory of the file it is at, packed and unpacked */

struct work {
    const struct image *image;
    const struct entry **order; /* the largest first, so that no thread is left with a long one */
    int image_fd;
    int folder;
    pthread_mutex_t mutex; /* of what follows */
    uint32_t next;
    int failed;
    int damaged;
    char error[256];
};

struct buffer {
    uint8_t *bytes;
    size_t size;
};

static int grow(struct buffer *buffer, uint64_t size) {
    if (buffer->size >= size)
        return 0;
    free(buffer->bytes);
    buffer->size = (size_t)size;
    buffer->bytes = malloc((size_t)size);
    if (!buffer->bytes)
        buffer->size = 0;
    return buffer->bytes ? 0 : -1;
}

static const char PACKED_DAMAGED[] = "the packed file is damaged";
static const char NO_FRAME[] = "it cannot be unpacked";
static const char FILE_DAMAGED[] = "the unpacked file is damaged";

static const char *unpack_one(const struct work *work, const struct entry *entry, ZSTD_DCtx *context, struct buffer buffers[2]) {
    uint8_t digest[SHA256_SIZE];
    const char *last;
    struct buffer *packed = &buffers[0], *file = &buffers[1];
    if (!context || grow(packed, entry->packed_size) != 0 || grow(file, entry->size + 1) != 0)
        return "there is not enough memory";
    if (read_at(work->image_fd, packed->bytes, (size_t)entry->packed_size, entry->offset) != 0)
        return strerror(errno);
    sha256(packed->bytes, (size_t)entry->packed_size, digest);
    if (memcmp(digest, entry->packed_sha256, SHA256_SIZE) != 0)
        return PACKED_DAMAGED;
    if (ZSTD_decompressDCtx(context, file->bytes, (size_t)entry->size, packed->bytes, (size_t)entry->packed_size) != entry->size)
        return NO_FRAME;
    sha256(file->bytes, (size_t)entry->size, digest);
    if (memcmp(digest, entry->sha256, SHA256_SIZE) != 0)
        return FILE_DAMAGED;
    int parent = parent_open(work->folder, entry->name, 1, &last);
    if (parent < 0)
        return strerror(errno);
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    int fd = openat(parent, last, flags, entry->executable ? 0500 : 0400);
    const char *wrong = NULL;
    if (fd < 0 || write_all(fd, file->bytes, (size_t)entry->size) != 0)
        wrong = strerror(errno);
    if (fd >= 0 && close(fd) != 0 && !wrong)
        wrong = strerror(errno);
    close(parent);
    return wrong;
}

static void *run(void *argument) {
    struct work *work = argument;
    struct buffer buffers[2] = {{NULL, 0}, {NULL, 0}};
    ZSTD_DCtx *context = ZSTD_createDCtx();
    for (;;) {
        pthread_mutex_lock(&work->mutex);
        const struct entry *entry = !work->failed && work->next < work->image->trailer.files ? work->order[work->next++] : NULL;
        pthread_mutex_unlock(&work->mutex);
        if (!entry)
            break;
        const char *wrong = unpack_one(work, entry, context, buffers);
        if (wrong) {
            pthread_mutex_lock(&work->mutex);
            if (!work->failed)
                snprintf(work->error, sizeof work->error, "cannot unpack %.150s: %s", entry->name, wrong);
            work->failed = 1;
            work->damaged |= wrong == PACKED_DAMAGED || wrong == NO_FRAME || wrong == FILE_DAMAGED;
            pthread_mutex_unlock(&work->mutex);
        }
    }
    ZSTD_freeDCtx(context);
    free(buffers[0].bytes);
    free(buffers[1].bytes);
    return NULL;
}

static int by_size(const void *left, const void *right) {
    const struct entry *a = *(const struct entry *const *)left, *b = *(const struct entry *const *)right;
    return a->size < b->size ? 1 : a->size > b->size ? -1 : strcmp(a->name, b->name);
}

static size_t processors(void) {
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return count < 1 ? 1 : count > THREADS ? THREADS : (size_t)count;
}

const char *unpack_files(const struct image *image, int image_fd, int folder, char error[256], int *damaged) {
    struct work work = {.image = image, .image_fd = image_fd, .folder = folder, .mutex = PTHREAD_MUTEX_INITIALIZER};
    pthread_t threads[THREADS];
    size_t started = 0;
    work.order = calloc(image->trailer.files, sizeof(struct entry *));
    if (!work.order) {
        snprintf(error, 256, "there is not enough memory");
        return error;
    }
    for (uint32_t i = 0; i < image->trailer.files; i++)
        work.order[i] = &image->entries[i];
    qsort(work.order, image->trailer.files, sizeof(struct entry *), by_size);
    while (started + 1 < processors() && pthread_create(&threads[started], NULL, run, &work) == 0)
        started++;
    run(&work);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    free(work.order);
    if (!work.failed)
        return NULL;
    memcpy(error, work.error, sizeof work.error);
    *damaged = work.damaged;
    return error;
}
