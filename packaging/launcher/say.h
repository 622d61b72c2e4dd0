/* What the launcher tells people (stderr) and programs (stdout, under --json), in the manner of the program itself. */
#ifndef FROSTBYTE_SAY_H
#define FROSTBYTE_SAY_H

/* Exit statuses, as in frostbyte/errors.py. */
enum { EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_DAMAGED = 4 };

extern int say_json; /* whether the command line holds --json */

/* Prints the message, and under --json the contract's error envelope; returns `status`. `hint` may be NULL. */
int say_error(int status, const char *code, const char *hint, const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Prints text as the inside of a JSON string. */
void say_escaped(const char *text);

#endif
