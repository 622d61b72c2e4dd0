#define _GNU_SOURCE
#include "place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* A folder above the place: whoever may rename entries in it could put another folder in the place's stead. */
static const char *judge_above(const struct stat *status) {
    if (status->st_uid != 0 && status->st_uid != geteuid())
        return "a folder above it belongs to another user";
    if ((status->st_mode & 022) && !(status->st_mode & S_ISVTX))
        return "a folder above it can be written by other users";
    return NULL;
}

static const char *make_folders(const char *path) {
    char partial[PATH_MAX];
    const char *wrong;
    for (const char *slash = path; slash;) {
        slash = strchr(slash + 1, '/');
        size_t length = slash ? (size_t)(slash - path) : strlen(path);
        memcpy(partial, path, length);
        partial[length] = '\0';
        struct stat status;
        if (length && lstat(partial, &status) == 0) {
            if (slash && stat(partial, &status) == 0 && (wrong = judge_above(&status)))
                return wrong; /* before anything is made below it: root must not leave folders in another user's home */
            continue;
        }
        if (length && mkdir(partial, 0700) != 0 && errno != EEXIST)
            return errno == EROFS ? "the file system is read-only" : errno == ENOSPC ? "there is no room" : strerror(errno);
    }
    return NULL;
}

static const char *judge(const struct stat *status, const struct statvfs *system) {
    if (status->st_uid != geteuid())
        return "it belongs to another user";
    if (status->st_mode & 022)
        return "it can be written by other users";
    if (system->f_flag & ST_RDONLY)
        return "the file system is read-only";
    if (system->f_flag & ST_NOEXEC)
        return "the file system is mounted noexec";
    if ((status->st_mode & 0700) != 0700)
        return "its owner may not use it";
    return NULL;
}

const char *place_open(const char *path, struct place *place) {
    struct stat status;
    struct statvfs system;
    place->fd = -1;
    if (path[0] != '/')
        return "it is not an absolute path";
    if (strlen(path) >= PATH_MAX - 256)
        return "its path is too long";
    if (strpbrk(path, ":;$"))
        return "its path holds a character that the loader of libraries takes for its own";
    const char *wrong = make_folders(path);
    if (wrong)
        return wrong;
    if (lstat(path, &status) != 0)
        return strerror(errno);
    if (!S_ISDIR(status.st_mode))
        return S_ISLNK(status.st_mode) ? "it is a symbolic link" : "it is not a folder";
    if (!realpath(path, place->path))
        return strerror(errno);
    if (strlen(place->path) >= PATH_MAX - 256)
        return "its path is too long";
    if (strpbrk(place->path, ":;$"))
        return "its path holds a character that the loader of libraries takes for its own";
    if (strcmp(place->path, "/") == 0)
        return "it is the root of all folders";
    int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    for (const char *part = place->path; fd >= 0;) {
        if (fstat(fd, &status) != 0 || fstatvfs(fd, &system) != 0)
            wrong = strerror(errno);
        part += strspn(part, "/");
        if (!*part)
            break;
        if (!wrong)
            wrong = judge_above(&status);
        char name[NAME_MAX + 1];
        size_t length = strcspn(part, "/");
        int next = -1;
        if (!wrong && length < sizeof name) {
            memcpy(name, part, length);
            name[length] = '\0';
            /* Folders above need only be passable, not readable. */
            next = openat(fd, name, (part[length] ? O_PATH : O_RDONLY) | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        }
        int error = errno;
        close(fd);
        errno = error;
        fd = next;
        part += length;
        if (wrong)
            return wrong;
    }
    if (fd < 0)
        return strerror(errno);
    if (!wrong)
        wrong = judge(&status, &system);
    if (wrong) {
        close(fd);
        return wrong;
    }
    place->fd = fd;
    return NULL;
}

void place_close(struct place *place) {
    if (place->fd >= 0)
        close(place->fd);
    place->fd = -1;
}

uint64_t place_room(const struct place *place) {
    struct statvfs system;
    return fstatvfs(place->fd, &system) == 0 ? (uint64_t)system.f_bavail * system.f_frsize : 0;
}

int place_lock(const struct place *place) {
    int fd = openat(place->fd, ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return -1;
    while (flock(fd, LOCK_EX) != 0) {
        if (errno == EINTR)
            continue;
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

int parent_open(int fd, const char *name, int make, const char **last) {
    int folder = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    while (folder >= 0) {
        const char *slash = strchr(name, '/');
        *last = name;
        if (!slash)
            return folder;
        char part[NAME_MAX + 1];
        size_t length = (size_t)(slash - name);
        int next = -1;
        errno = ENAMETOOLONG;
        if (length < sizeof part) {
            memcpy(part, name, length);
            part[length] = '\0';
            if (!make || mkdirat(folder, part, 0700) == 0 || errno == EEXIST)
                next = openat(folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        }
        int error = errno;
        close(folder);
        errno = error;
        folder = next;
        name = slash + 1;
    }
    return -1;
}

int remove_all(int fd, const char *name) {
    if (unlinkat(fd, name, 0) == 0 || errno == ENOENT)
        return 0;
    if (errno != EISDIR && errno != EPERM)
        return -1;
    int folder = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *list = folder < 0 ? NULL : fdopendir(folder);
    if (!list) {
        if (folder >= 0)
            close(folder);
        return -1;
    }
    int result = 0;
    for (struct dirent *entry; (entry = readdir(list));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && remove_all(folder, entry->d_name) != 0)
            result = -1;
    closedir(list);
    return unlinkat(fd, name, AT_REMOVEDIR) == 0 ? result : -1;
}

void place_sweep(const struct place *place) {
    int fd = openat(place->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = fd < 0 ? NULL : fdopendir(fd);
    if (!list)
        return;
    for (struct dirent *entry; (entry = readdir(list));)
        if (strncmp(entry->d_name, TEMPORARY, strlen(TEMPORARY)) == 0)
            remove_all(place->fd, entry->d_name);
    closedir(list);
}
