/* Calls one of pdfium's functions for many handles, without going back to Python between them.
 *
 * A page can hold thousands of text objects and letters, and pdfium answers about each by a call of its own. Here is a loop
 * for every form such a function has, in pdfium's own types (fpdfview.h: FPDF_BOOL is int, handles are pointers); none of
 * them knows what it calls. pdf_calls.py chooses the loop by the function's declared types and does the same by itself where
 * this file is not compiled. Arrays are as long as `count`, answers into `out` are rows of the width given in bytes; where `one`
 * is true, there is one handle for all places.
 */

#define EACH(name, result, parameters, arguments)                                                                      \
  void name(result(*asked) parameters, long count, int one, void *const *of, const long *at, long also, char *out,     \
            long width, result *answers);                                                                              \
  void name(result(*asked) parameters, long count, int one, void *const *of, const long *at, long also, char *out,     \
            long width, result *answers) {                                                                             \
    (void)at, (void)also, (void)out, (void)width;                                                                      \
    for (long i = 0; i < count; i++)                                                                                   \
      answers[i] = asked arguments;                                                                                    \
  }

#define HANDLE of[one ? 0 : i]
#define ROW (out + i * width)
#define WORD(column) ((void *)(ROW + 4 * (column)))

/* What pdfium says of a handle. */
EACH(each_number, int, (void *), (HANDLE))
EACH(each_handle, void *, (void *), (HANDLE))
/* What is inside a handle at a place, and how large that is. */
EACH(each_inner, void *, (void *, int), (HANDLE, (int)at[i]))
EACH(each_inner_long, void *, (void *, unsigned long), (HANDLE, (unsigned long)at[i]))
EACH(each_inner_of, void *, (void *, int, int), (HANDLE, (int)at[i], (int)also))
EACH(each_size, double, (void *, int), (HANDLE, (int)at[i]))
/* Answers written to a structure, or to two or four numbers of four bytes; the function says whether it could tell. */
EACH(each_row, int, (void *, void *), (HANDLE, ROW))
EACH(each_row_at, int, (void *, int, void *), (HANDLE, (int)at[i], ROW))
EACH(each_pair, int, (void *, void *, void *), (HANDLE, WORD(0), WORD(1)))
EACH(each_four, int, (void *, void *, void *, void *, void *), (HANDLE, WORD(0), WORD(1), WORD(2), WORD(3)))
