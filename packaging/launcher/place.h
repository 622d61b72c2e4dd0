/* Folders the program may be unpacked into. A place is open, belongs to this user, can be written by nobody else on the way
 * from the root down, and lets programs be run from it. Everything below it is reached from its descriptor, never through a
 * symbolic link.
 */
#ifndef FROSTBYTE_PLACE_H
#define FROSTBYTE_PLACE_H

#include <limits.h>
#include <stdint.h>

#define TEMPORARY ".unpack-"

struct place {
    int fd;
    char path[PATH_MAX]; /* resolved */
};

/* Makes the folder where it is missing and opens it. NULL, or why it cannot be used (place->fd is then -1). */
const char *place_open(const char *path, struct place *place);
void place_close(struct place *place);

/* Bytes that can still be written there. */
uint64_t place_room(const struct place *place);

/* An exclusive lock on the place, waited for; -1 with errno. Closing the descriptor gives it back. */
int place_lock(const struct place *place);

/* Opens the parent folder of `name` below `fd` without following links, making folders on the way where `make` is set, and
 * points `last` at the final part of the name. -1 with errno. */
int parent_open(int fd, const char *name, int make, const char **last);

/* Removes what `name` is in the folder `fd`, with all below it. 0, or -1 with errno. */
int remove_all(int fd, const char *name);

/* Removes what killed runs left behind. Only while the place is locked. */
void place_sweep(const struct place *place);

#endif
