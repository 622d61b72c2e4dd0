/* The first thing that runs: finds the program unpacked, or unpacks it, and becomes it.
 *
 * The executable carries a few hundred files that must lie in folders to be loaded. They are unpacked once, into a folder
 * named after their digest, and every later start costs a few system calls. Two commands are answered here, without the
 * unpacked program, because they are about it: `verify-install` and `prune-install`.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "say.h"
#include "tree.h"

extern char **environ;

#define CANDIDATES 5

struct launch {
    char self[PATH_MAX];
    int image_fd;
    struct image image;
    char name[TREE_NAME_SIZE];
    char candidates[CANDIDATES][PATH_MAX];
    size_t count;
    char reasons[4096]; /* why candidates could not be used */
    char damage[256];   /* what is wrong with the image, found while it was unpacked */
};

static void add_candidate(struct launch *launch, const char *base, const char *below) {
    if (base && base[0] && snprintf(launch->candidates[launch->count], PATH_MAX, "%s%s", base, below) < PATH_MAX)
        launch->count++;
}

static void find_candidates(struct launch *launch) {
    char own[32];
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    snprintf(own, sizeof own, "/frostbyte-%lu", (unsigned long)geteuid());
    add_candidate(launch, getenv("FROSTBYTE_RUNTIME_DIR"), "");
    if (cache && cache[0] == '/') /* the XDG specification has others ignored */
        add_candidate(launch, cache, "/frostbyte");
    else if (home && home[0] == '/')
        add_candidate(launch, home, "/.cache/frostbyte");
    add_candidate(launch, "/var/tmp", own);
    add_candidate(launch, "/dev/shm", own);
}

static void note(struct launch *launch, const char *path, const char *reason) {
    size_t length = strlen(launch->reasons);
    snprintf(launch->reasons + length, sizeof launch->reasons - length, "%s%.400s: %.200s", length ? "; " : "", path, reason);
}

static void ignore(const char *where, const char *what, void *context) { (void)where, (void)what, (void)context; }

/* The tree, looked at again after a restart of the machine (tree.h). -1 where it must be unpacked. */
static int ready_tree(const struct launch *launch, const struct place *place) {
    int fd;
    enum readiness readiness = tree_look(place, launch->name, &fd);
    if (readiness == TREE_UNSURE) {
        if (tree_verify(&launch->image, fd, ignore, NULL) == 0) {
            tree_mark_checked(fd);
        } else {
            close(fd);
            fd = -1;
        }
    }
    return fd;
}

static const char *make_tree(struct launch *launch, const struct place *place, int *fd, char error[256]) {
    const uint64_t needed = launch->image.trailer.tree_size + launch->image.trailer.files * UINT64_C(4096) + (UINT64_C(1) << 20);
    int lock = place_lock(place);
    if (lock < 0) {
        snprintf(error, 256, "cannot lock it: %s", strerror(errno));
        return error;
    }
    const char *wrong = NULL;
    *fd = ready_tree(launch, place); /* another process may have been faster */
    if (*fd < 0) {
        place_sweep(place);
        uint64_t room = place_room(place);
        if (room < needed) {
            snprintf(error, 256, "needs %llu MB, has room for %llu MB", (unsigned long long)(needed / 1000000 + 1),
                     (unsigned long long)(room / 1000000));
            wrong = error;
        } else {
            if (isatty(2))
                fprintf(stderr, "frostbyte: unpacking to %s, once ...\n", place->path);
            int damaged = 0;
            wrong = tree_unpack(&launch->image, launch->image_fd, place, launch->name, error, &damaged);
            if (wrong && damaged)
                snprintf(launch->damage, sizeof launch->damage, "%s", wrong);
        }
        if (!wrong && (*fd = ready_tree(launch, place)) < 0)
            wrong = "the tree is gone as soon as it is unpacked";
    }
    close(lock);
    return wrong;
}

/* Opens the first place that can be used and the tree in it, unpacking it where it is not there. 0, or -1. */
static int find_tree(struct launch *launch, size_t *candidate, struct place *place, int *fd) {
    for (; *candidate < launch->count && !launch->damage[0]; ++*candidate) {
        char error[256];
        const char *path = launch->candidates[*candidate];
        const char *wrong = place_open(path, place);
        if (!wrong && (*fd = ready_tree(launch, place)) < 0)
            wrong = make_tree(launch, place, fd, error);
        if (!wrong)
            return 0;
        note(launch, path, wrong);
        place_close(place);
    }
    return -1;
}

static int is_damaged(const struct launch *launch, const char *wrong) {
    return say_error(EXIT_DAMAGED, "INTEGRITY_ERROR", "compare it with the checksum published beside it, and copy it again",
                     "the file %s is damaged: %s", launch->self, wrong);
}

static int no_place(const struct launch *launch) {
    if (launch->damage[0])
        return is_damaged(launch, launch->damage);
    return say_error(EXIT_FAILED, "SERVICE_UNAVAILABLE",
                     "set FROSTBYTE_RUNTIME_DIR to a folder of your own, on a file system with room that programs may be run from",
                     "found no folder to unpack into; tried %s", launch->reasons);
}

/* A frozen program's own variables would tell the new one that it is that program's child. */
static void clean_environment(const struct launch *launch) {
    for (size_t i = 0; environ[i];) {
        char name[64];
        size_t length = strcspn(environ[i], "=");
        if (length < sizeof name && (strncmp(environ[i], "_PYI_", 5) == 0 || strncmp(environ[i], "PYINSTALLER_", 12) == 0)) {
            memcpy(name, environ[i], length);
            name[length] = '\0';
            unsetenv(name);
            i = 0;
        } else {
            i++;
        }
    }
    setenv("FROSTBYTE_EXECUTABLE", launch->self, 1);
    /* Libraries of others: the program brings its own, and none of a host's engines may run where the keys are. */
    unsetenv("LD_AUDIT");
    unsetenv("OPENSSL_MODULES");
    unsetenv("OPENSSL_ENGINES");
    setenv("OPENSSL_CONF", "/dev/null", 1);
    setenv("ORT_DISABLE_TELEMETRY", "1", 1); /* read by onnxruntime when it is loaded; nothing may call out */
}

static int start(struct launch *launch, char **arguments, mode_t mask) {
    char program[PATH_MAX + TREE_NAME_SIZE + 16], libraries[PATH_MAX + TREE_NAME_SIZE + 16];
    struct place place;
    int fd;
    clean_environment(launch);
    for (size_t candidate = 0; find_tree(launch, &candidate, &place, &fd) == 0; candidate++) {
        snprintf(program, sizeof program, "%s/%s/" PROGRAM, place.path, launch->name);
        if (launch->reasons[0] && isatty(2))
            fprintf(stderr, "frostbyte: runs from %s; not usable: %s\n", place.path, launch->reasons);
        snprintf(libraries, sizeof libraries, "%s/%s/_internal", place.path, launch->name);
        setenv("LD_LIBRARY_PATH", libraries, 1); /* its own first and only, also for what the program's start needs */
        arguments[0] = program;
        umask(mask);
        execv(program, arguments);
        umask(077);
        note(launch, place.path, strerror(errno));
        close(fd);
        place_close(&place);
    }
    return no_place(launch);
}

struct report {
    size_t count;
    const char *prefix;
};

static void print_problem(const char *where, const char *what, void *context) {
    struct report *report = context;
    if (say_json) {
        printf("%s{\"where\": \"%s:", report->count ? ", " : "", report->prefix);
        say_escaped(where);
        printf("\", \"what\": \"");
        say_escaped(what);
        printf("\"}");
    } else {
        printf("%s: %s: %s\n", report->prefix, where, what);
    }
    report->count++;
}

static void print_member(const char *name, const char *value, const char *after) {
    printf("\"%s\": \"", name);
    say_escaped(value);
    printf("\"%s", after);
}

static int verify_install(struct launch *launch) {
    struct place place;
    char path[PATH_MAX + TREE_NAME_SIZE + 16] = "";
    size_t candidate = 0;
    int fd = -1;
    struct report report = {0, "executable"};
    if (say_json)
        printf("{\"problems\": [");
    image_verify(&launch->image, launch->image_fd, print_problem, &report);
    if (report.count == 0 && find_tree(launch, &candidate, &place, &fd) == 0) {
        report.prefix = "unpacked";
        snprintf(path, sizeof path, "%s/%s", place.path, launch->name);
        tree_verify(&launch->image, fd, print_problem, &report);
    }
    const int unplaced = report.count == 0 && fd < 0; /* nothing unpacked to look at: not checked is not right */
    if (unplaced && say_json) {
        report.prefix = "unpacked";
        print_problem("", launch->damage[0] ? launch->damage : launch->reasons, &report);
    }
    if (say_json) {
        printf("], \"files\": %u, ", launch->image.trailer.files);
        print_member("version", launch->image.version, ", ");
        print_member("build", strrchr(launch->name, '-') + 1, ", ");
        print_member("executable", launch->self, ", ");
        print_member("unpacked", path, "}\n");
    } else if (report.count == 0 && fd >= 0) {
        printf("%s and %s: all %u files match\n", launch->self, path, launch->image.trailer.files);
    }
    fflush(stdout);
    if (unplaced && say_json)
        return launch->damage[0] ? EXIT_DAMAGED : EXIT_FAILED;
    if (report.count == 0)
        return fd >= 0 ? 0 : no_place(launch);
    fprintf(stderr, "frostbyte: %zu differences found\n", report.count);
    fprintf(stderr, fd >= 0 ? "hint: remove %s; the next start unpacks it again\n" : "hint: install the file %s again\n", fd >= 0 ? path : launch->self);
    return EXIT_DAMAGED;
}

/* Removes trees of other builds from a place, but for those in use. */
static void prune_place(const struct launch *launch, const struct place *place, int removing, size_t *count) {
    int fd = openat(place->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = fd < 0 ? NULL : fdopendir(fd);
    for (struct dirent *entry; list && (entry = readdir(list));) {
        if (!is_tree_name(entry->d_name) || strcmp(entry->d_name, launch->name) == 0)
            continue;
        int tree = openat(place->fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        int in_use = tree >= 0 && flock(tree, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
        if (tree >= 0 && in_use != removing) {
            /* Under the temporary name first: a kill in mid-removal leaves a tree that is swept, not one that looks whole. */
            if (removing && (renameat(place->fd, entry->d_name, place->fd, TEMPORARY "pruned") != 0 ||
                             remove_all(place->fd, TEMPORARY "pruned") != 0)) {
                fprintf(stderr, "frostbyte: cannot remove %s/%s: %s\n", place->path, entry->d_name, strerror(errno));
            } else if (say_json) {
                printf("%s\"", *count ? ", " : "");
                say_escaped(place->path);
                printf("/%s\"", entry->d_name);
                ++*count;
            } else {
                printf("%s %s/%s\n", removing ? "removed" : "in use", place->path, entry->d_name);
                ++*count;
            }
        }
        if (tree >= 0)
            close(tree);
    }
    if (list)
        closedir(list);
}

static void prune_all(struct launch *launch, int removing) {
    size_t count = 0;
    for (size_t i = 0; i < launch->count; i++) {
        struct stat status;
        struct place place;
        int lock;
        if (lstat(launch->candidates[i], &status) != 0 || place_open(launch->candidates[i], &place) != NULL)
            continue;
        if ((lock = place_lock(&place)) >= 0) {
            if (removing)
                place_sweep(&place);
            prune_place(launch, &place, removing, &count);
            close(lock);
        }
        place_close(&place);
    }
}

static int prune_install(struct launch *launch) {
    if (say_json)
        printf("{\"removed\": [");
    prune_all(launch, 1);
    if (say_json)
        printf("], \"in_use\": [");
    prune_all(launch, 0);
    if (say_json)
        printf("]}\n");
    return 0;
}

static int own_command(struct launch *launch, int (*command)(struct launch *), const char *help, int count, char **arguments) {
    for (int i = 2; i < count; i++) {
        if (strcmp(arguments[i], "--help") == 0 || strcmp(arguments[i], "-h") == 0) {
            printf("Usage: frostbyte %s [--json]\n\n  %s\n", arguments[1], help);
            return 0;
        }
        if (strcmp(arguments[i], "--home") == 0 && i + 1 < count) /* every command takes it; to these it means nothing */
            i++;
        else if (strcmp(arguments[i], "--json") != 0 && strncmp(arguments[i], "--home=", 7) != 0)
            return say_error(EXIT_USAGE, "VALIDATION_ERROR", NULL, "unexpected argument '%s'", arguments[i]);
    }
    return command(launch);
}

int main(int count, char **arguments) {
    static struct launch launch;
    static char *alone[] = {NULL, NULL};
    const mode_t mask = umask(077);
    for (int i = 1; i < count; i++)
        say_json |= strcmp(arguments[i], "--json") == 0;
    if (count < 1)
        arguments = alone;
    signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes: the write fails and is told, as on a full disk */
    for (int i = 0; i < 3; i++) /* a file opened below must not become someone's standard output */
        if (fcntl(i, F_GETFD) < 0 && open("/dev/null", O_RDWR) != i)
            return EXIT_FAILED;
    if (getauxval(AT_SECURE))
        return say_error(EXIT_FAILED, "INSUFFICIENT_PERMISSIONS", NULL, "refuses to run with the privileges of its file");
    ssize_t length = readlink("/proc/self/exe", launch.self, sizeof launch.self - 1);
    launch.image_fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (length < 0 || launch.image_fd < 0)
        return say_error(EXIT_FAILED, "SERVICE_UNAVAILABLE", "mount -t proc proc /proc", "cannot read itself; is /proc mounted?");
    const char *wrong = image_open(launch.image_fd, &launch.image);
    if (wrong)
        return is_damaged(&launch, wrong);
    tree_name(&launch.image, launch.name);
    find_candidates(&launch);
    if (count > 1 && strcmp(arguments[1], "verify-install") == 0)
        return own_command(&launch, verify_install, "Compare this file and what it was unpacked to, byte by byte, with its index.", count,
                           arguments);
    if (count > 1 && strcmp(arguments[1], "prune-install") == 0)
        return own_command(&launch, prune_install, "Remove what other versions were unpacked to, but for those in use.", count, arguments);
    return start(&launch, arguments, mask);
}
