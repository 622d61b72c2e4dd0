#define _GNU_SOURCE
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reading.h"

#define MARK ".complete"
#define CHECKED "checked"
#define BLOCK ((size_t)1 << 20)

static void boot_id(char id[64]) {
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, id, 63);
    if (fd >= 0)
        close(fd);
    id[got > 0 ? got : 0] = '\0';
    id[strcspn(id, "\n")] = '\0';
}

void tree_name(const struct image *image, char name[TREE_NAME_SIZE]) {
    int length = snprintf(name, TREE_NAME_SIZE, "%s-", image->version);
    for (size_t i = 0; i < 12; i++)
        length += snprintf(name + length, TREE_NAME_SIZE - (size_t)length, "%02x", image->trailer.index_sha256[i]);
}

int is_tree_name(const char *name) {
    const char *dash = strrchr(name, '-');
    return dash && dash != name && name[0] != '.' && strlen(dash) == 25 && strspn(dash + 1, "0123456789abcdef") == 24;
}

enum readiness tree_look(const struct place *place, const char *name, int *fd) {
    struct stat status;
    char mark[64], boot[64];
    /* Not closed on exec: the lock lives as long as the program that is started. */
    *fd = openat(place->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    if (*fd < 0)
        return TREE_ABSENT;
    int locked = flock(*fd, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK;
    int file = locked ? openat(*fd, MARK, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) : -1;
    ssize_t got = file < 0 ? -1 : read(file, mark, sizeof mark - 1);
    if (file >= 0)
        close(file);
    if (got < 0 || fstat(*fd, &status) != 0 || status.st_nlink == 0 || status.st_uid != geteuid() || (status.st_mode & 022)) {
        close(*fd);
        *fd = -1;
        return TREE_ABSENT;
    }
    mark[got] = '\0';
    if (strcmp(mark, CHECKED) == 0)
        return TREE_READY;
    boot_id(boot);
    return boot[0] && strcmp(mark, boot) == 0 ? TREE_READY : TREE_UNSURE;
}

static int write_mark(int tree_fd, const char *text) {
    int fd = openat(tree_fd, MARK ".new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return -1;
    int result = write_all(fd, text, strlen(text));
    if (close(fd) != 0 || result != 0)
        return -1;
    return renameat(tree_fd, MARK ".new", tree_fd, MARK);
}

void tree_mark_checked(int tree_fd) { write_mark(tree_fd, CHECKED); }

const char *tree_unpack(const struct image *image, int image_fd, const struct place *place, const char *name, char error[256],
                        int *damaged) {
    char temporary[64], old[64], boot[64];
    snprintf(temporary, sizeof temporary, TEMPORARY "%ld", (long)getpid());
    snprintf(old, sizeof old, TEMPORARY "%ld-old", (long)getpid());
    const char *wrong = "cannot make a folder";
    if (mkdirat(place->fd, temporary, 0700) == 0) {
        int folder = openat(place->fd, temporary, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        wrong = folder < 0 ? "cannot open a folder" : unpack_files(image, image_fd, folder, error, damaged);
        boot_id(boot);
        if (!wrong && write_mark(folder, boot) != 0)
            wrong = "cannot write a file";
        if (folder >= 0)
            close(folder);
    }
    /* What bears the final name now was found wanting: it is moved away whole, so that a tree is never half there. */
    if (!wrong && renameat(place->fd, name, place->fd, old) != 0 && errno != ENOENT)
        wrong = "cannot move the damaged tree away";
    if (!wrong && renameat(place->fd, temporary, place->fd, name) != 0)
        wrong = "cannot rename the tree";
    if (wrong && wrong != error) {
        snprintf(error, 256, "%s: %s", wrong, strerror(errno));
        wrong = error;
    }
    if (wrong)
        remove_all(place->fd, temporary);
    remove_all(place->fd, old);
    return wrong;
}

static const char *hash_file(int fd, uint64_t offset, uint64_t size, uint8_t *block, uint8_t digest[SHA256_SIZE]) {
    struct sha256 hash;
    sha256_init(&hash);
    while (size > 0) {
        size_t part = size < BLOCK ? (size_t)size : BLOCK;
        if (read_at(fd, block, part, offset) != 0)
            return strerror(errno);
        sha256_update(&hash, block, part);
        size -= part, offset += part;
    }
    sha256_final(&hash, digest);
    return NULL;
}

static const char *compare(const struct entry *entry, int tree_fd, uint8_t *block) {
    const char *last;
    uint8_t digest[SHA256_SIZE];
    struct stat status;
    int parent = parent_open(tree_fd, entry->name, 0, &last);
    int fd = parent < 0 ? -1 : openat(parent, last, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    int error = errno;
    if (parent >= 0)
        close(parent);
    if (fd < 0)
        return error == ENOENT ? "missing" : strerror(error);
    const char *wrong = NULL;
    if (fstat(fd, &status) != 0)
        wrong = strerror(errno);
    else if (!S_ISREG(status.st_mode))
        wrong = "not a file";
    else if (status.st_uid != geteuid())
        wrong = "belongs to another user";
    else if (status.st_mode & 022)
        wrong = "can be written by other users";
    else if (entry->executable && !(status.st_mode & S_IXUSR))
        wrong = "cannot be executed";
    else if ((uint64_t)status.st_size != entry->size)
        wrong = "of another size";
    else
        wrong = hash_file(fd, 0, entry->size, block, digest);
    close(fd);
    return wrong ? wrong : memcmp(digest, entry->sha256, SHA256_SIZE) == 0 ? NULL : "changed";
}

/* Reports what is in the folder and not in the index. `path` is the folder's name with a slash, and has room for a name. */
static size_t find_strangers(const struct image *image, int fd, char path[PATH_MAX], report_function *report, void *context) {
    size_t found = 0, length = strlen(path);
    DIR *list = fd < 0 ? NULL : fdopendir(fd);
    if (!list) {
        if (fd >= 0)
            close(fd);
        report(path, strerror(errno), context);
        return 1;
    }
    for (struct dirent *entry; (entry = readdir(list));) {
        struct stat status;
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || (length == 0 && strncmp(name, MARK, strlen(MARK)) == 0))
            continue;
        if (length + strlen(name) + 2 > PATH_MAX)
            continue;
        snprintf(path + length, PATH_MAX - length, "%s", name);
        if (fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode)) {
            if (status.st_uid != geteuid() || (status.st_mode & 022)) {
                report(path, "a folder that other users can write", context);
                found++;
            }
            snprintf(path + length + strlen(name), 2, "/");
            found += find_strangers(image, openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), path, report, context);
        } else if (!image_find(image, path)) {
            report(path, "not part of the program", context);
            found++;
        }
        path[length] = '\0';
    }
    closedir(list);
    return found;
}

size_t tree_verify(const struct image *image, int tree_fd, report_function *report, void *context) {
    char path[PATH_MAX] = "";
    size_t found = 0;
    uint8_t *block = malloc(BLOCK);
    if (!block) {
        report("", "there is not enough memory", context);
        return 1;
    }
    for (uint32_t i = 0; i < image->trailer.files; i++) {
        const char *wrong = compare(&image->entries[i], tree_fd, block);
        if (wrong) {
            report(image->entries[i].name, wrong, context);
            found++;
        }
    }
    free(block);
    return found + find_strangers(image, openat(tree_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), path, report, context);
}

size_t image_verify(const struct image *image, int image_fd, report_function *report, void *context) {
    size_t found = 0;
    uint8_t digest[SHA256_SIZE];
    uint8_t *block = malloc(BLOCK);
    if (!block) {
        report("", "there is not enough memory", context);
        return 1;
    }
    for (uint32_t i = 0; i <= image->trailer.files; i++) { /* the last round is the launcher */
        int is_file = i < image->trailer.files;
        const struct entry *entry = &image->entries[is_file ? i : 0];
        const char *wrong = hash_file(image_fd, is_file ? entry->offset : 0,
                                      is_file ? entry->packed_size : image->trailer.payload_offset, block, digest);
        if (!wrong && memcmp(digest, is_file ? entry->packed_sha256 : image->trailer.launcher_sha256, SHA256_SIZE) != 0)
            wrong = "changed";
        if (wrong) {
            report(is_file ? entry->name : "launcher", wrong, context);
            found++;
        }
    }
    free(block);
    return found;
}
