/* What pdf_shapes.py computes with NumPy, as loops: over the letters of words, the segments of paths, areas and texts.
 *
 * Plain arrays in and out, as long as pdf_shapes.py says; nothing is allocated. Sums and products are taken in the order that
 * NumPy takes them, and what is not a number stays so, that both give the same to the bit.
 */

static double lesser(double a, double b) { return a < b || a != a ? a : b; }
static double greater(double a, double b) { return a > b || a != a ? a : b; }
static int finite4(const float *box) {
  for (int i = 0; i < 4; i++)
    if (!(box[i] - box[i] == 0))
      return 0;
  return 1;
}

/* Boxes of letters are left, top, right, bottom; `begins` says where each word begins among them. */
void words(const float *letters, long count, const long *begins, long words, double close, double *extents,
           unsigned char *odd);
void words(const float *letters, long count, const long *begins, long words, double close, double *extents,
           unsigned char *odd) {
  for (long w = 0; w < words; w++) {
    long end = w + 1 < words ? begins[w + 1] : count;
    const float *first = letters + 4 * begins[w];
    double least[4], most[4];
    for (int i = 0; i < 4; i++)
      least[i] = most[i] = first[i];
    odd[w] = 0;
    for (const float *box = first + 4; box < letters + 4 * end; box += 4) {
      const float *before = box - 4;
      double ahead = (double)box[0] - before[2], back = (double)before[0] - box[2];
      odd[w] |= ahead > close || back > close || box[3] > before[1] || box[1] < before[3] || !finite4(box) || !finite4(before);
      for (int i = 0; i < 4; i++)
        least[i] = lesser(box[i], least[i]), most[i] = greater(box[i], most[i]);
    }
    extents[w] = least[0], extents[words + w] = least[3];
    extents[2 * words + w] = most[2], extents[3 * words + w] = most[1];
  }
}

/* An area or text is left, top, right, bottom. Gives how many of them overlap, and which. */
long overlaps(const double *areas, long many, const double *texts, long count, long *area, long *text);
long overlaps(const double *areas, long many, const double *texts, long count, long *area, long *text) {
  long found = 0;
  for (long a = 0; a < many; a++)
    for (long t = 0; t < count; t++) {
      const double *one = areas + 4 * a, *other = texts + 4 * t;
      if (one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3])
        area[found] = a, text[found++] = t;
    }
  return found;
}

/* Lines of paths, see pdf_shapes.py: `ends` takes x, x, y, y of each line, `fills` whether it is an area's edge. */
long lines(const float *points, const int *kinds, const int *closes, const long *counts, const double *matrices, long paths,
           const unsigned char *unstroked, int move, int line, double broad, double *ends, unsigned char *fills);
long lines(const float *points, const int *kinds, const int *closes, const long *counts, const double *matrices, long paths,
           const unsigned char *unstroked, int move, int line, double broad, double *ends, unsigned char *fills) {
  long found = 0, at = 0;
  for (long p = 0; p < paths; p++) {
    const double *m = matrices + 6 * p;
    double x = 0, y = 0, start_x = 0, start_y = 0;
    for (long s = 0; s < counts[p];) {
      /* One outline: up to the next move, or the path's end. */
      double least_x = 0, most_x = 0, least_y = 0, most_y = 0;
      long first = found;
      do {
        double from_x = x, from_y = y;
        x = m[0] * points[2 * at] + m[2] * points[2 * at + 1] + m[4];
        y = m[1] * points[2 * at] + m[3] * points[2 * at + 1] + m[5];
        if (kinds[at] == move)
          start_x = x, start_y = y;
        int closing = closes[at] && (x != start_x || y != start_y);
        for (int back = 0; back < 2; back++) {
          if (back ? !closing : kinds[at] != line)
            continue;
          double *e = ends + 4 * found;
          e[0] = back ? x : from_x, e[1] = back ? start_x : x;
          e[2] = back ? y : from_y, e[3] = back ? start_y : y;
          if (found == first)
            least_x = most_x = e[0], least_y = most_y = e[2];
          for (int i = 0; i < 2; i++) {
            least_x = lesser(e[i], least_x), most_x = greater(e[i], most_x);
            least_y = lesser(e[2 + i], least_y), most_y = greater(e[2 + i], most_y);
          }
          found++;
        }
        s++, at++;
      } while (s < counts[p] && kinds[at] != move);
      int is_broad = lesser(most_x - least_x, most_y - least_y) >= broad;
      for (long i = first; i < found; i++)
        fills[i] = unstroked[p] && is_broad;
    }
  }
  return found;
}
