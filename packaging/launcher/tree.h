/* The unpacked program: PLACE/VERSION-BUILD/, made whole or not at all.
 *
 * A tree is written under a temporary name, every file compared with the index, and renamed. `.complete` in it holds the boot
 * during which that happened: a machine that lost its power since may have kept the names but not the bytes, so a tree of
 * another boot is compared once more before it is used, and then marked CHECKED for good.
 */
#ifndef FROSTBYTE_TREE_H
#define FROSTBYTE_TREE_H

#include "image.h"
#include "place.h"

#define TREE_NAME_SIZE 64

enum readiness { TREE_ABSENT, TREE_READY, TREE_UNSURE };

/* VERSION-BUILD, the folder of this image in a place. */
void tree_name(const struct image *image, char name[TREE_NAME_SIZE]);

/* Whether the tree is there. `*fd` is the tree's folder with a shared lock on it, or -1 where it is absent. The descriptor is
 * meant to outlive this process's program: who holds it keeps others from pruning the tree. */
enum readiness tree_look(const struct place *place, const char *name, int *fd);

/* Unpacks the image open at `image_fd`. The place must be locked. NULL, or what went wrong; nothing is then left behind, and
 * `*damaged` says whether the image is at fault and no other place would do better. */
const char *tree_unpack(const struct image *image, int image_fd, const struct place *place, const char *name, char error[256],
                        int *damaged);

/* The same into an open, empty folder (unpack.c). */
const char *unpack_files(const struct image *image, int image_fd, int folder, char error[256], int *damaged);

/* Called by `tree_verify` and `image_verify` for each difference. */
typedef void report_function(const char *where, const char *what, void *context);

/* Compares every file of the tree with the index, and looks for files that are not in it. The number of differences. */
size_t tree_verify(const struct image *image, int tree_fd, report_function *report, void *context);

/* Compares every packed file, and the launcher, with the index. The number of differences. */
size_t image_verify(const struct image *image, int image_fd, report_function *report, void *context);

/* Notes that the tree was compared. */
void tree_mark_checked(int tree_fd);

/* True for a name that tree_name could have given. */
int is_tree_name(const char *name);

#endif
