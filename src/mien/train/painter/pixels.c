/* A moved cel's picture, and the gradients of that: see pixels.py. Built by the machine's own compiler.

   Every array is dense, in single precision, with four channels last. A place on a sheet is in its pixels, with a
   pixel's centre at a half. */
#include <string.h>

typedef float four __attribute__((vector_size(16)));
typedef int bits __attribute__((vector_size(16)));

typedef struct {
    long tall, across;                 /* of a sheet */
    long rows, columns;                /* of a field's knots */
    long high, wide;                   /* of a picture */
    long width, height;                /* of the cel's box, in canvas pixels */
    long clear;                        /* 1: nothing lies beyond a sheet's edge; 0: its edge goes on */
    long cubic;                        /* 1: a pixel is made of sixteen of the sheet, where there are; 0: of four */
    double unit;                       /* canvas pixels from one pixel of the picture to the next */
} Shape;

typedef struct {
    long at, right, down;              /* the first neighbour in the sheet, and the steps to the others; at < 0: none */
    float x, y;                        /* shares of the second neighbours */
    float free_x, free_y;              /* 1 where the place may move that way, 0 at an edge */
    long sixteen;                      /* 1: all sixteen pixels around it are there, and asked for */
} Place;

static float total(four v) { return (v[0] + v[1]) + (v[2] + v[3]); }

static inline long knot(long cell, long cells, long knots, double unit, float *share) {
    float at = (float)(((double)cell + 0.5) * unit - 0.5) * (float)(knots - 1) / (float)(cells - 1);
    long first = at > 0 ? (long)at : 0;
    if (first > knots - 2) first = knots - 2;
    *share = at - (float)first;
    return first;
}

typedef struct {
    long first;                        /* the knot before a pixel, and how far on to the next the pixel lies */
    float share;
} Between;

static void columns(const Shape *s, Between *found) {
    for (long x = 0; x < s->wide; x++) found[x].first = knot(x, s->width, s->columns, s->unit, &found[x].share);
}

/* Where the knots' columns look, x and then y, at the height of a row of pixels. */
static void row(const Shape *s, const float *field, long ky, float vy, float *at) {
    for (long axis = 0; axis < 2; axis++, field += s->rows * s->columns) {
        const float *upper = field + ky * s->columns, *lower = upper + s->columns;
        for (long k = 0; k < s->columns; k++) *at++ = upper[k] + (lower[k] - upper[k]) * vy - 0.5f;
    }
}

static inline Place place(const Shape *s, const float *at, long kx, float vx) {
    const float *right = at + kx, *down = right + s->columns;
    float x = right[0] + (right[1] - right[0]) * vx, y = down[0] + (down[1] - down[0]) * vx;
    float most_x = (float)(s->across - 1), most_y = (float)(s->tall - 1);
    Place p = {0, 4, 4 * s->across, 0, 0, 1, 1, 0};
    if (s->clear && (x < -0.5f || y < -0.5f || x > most_x + 0.5f || y > most_y + 0.5f)) p.at = -1;
    if (!(x > 0)) { x = 0; p.free_x = 0; }             /* also what is NaN */
    else if (x >= most_x) { x = most_x; p.free_x = 0; }
    if (!(y > 0)) { y = 0; p.free_y = 0; }
    else if (y >= most_y) { y = most_y; p.free_y = 0; }
    long x0 = (long)x, y0 = (long)y;
    if (x0 >= s->across - 1) p.right = 0;
    if (y0 >= s->tall - 1) p.down = 0;
    p.x = x - (float)x0; p.y = y - (float)y0;
    if (p.at == 0) p.at = 4 * (y0 * s->across + x0);
    p.sixteen = s->cubic && x0 > 0 && y0 > 0 && x0 < s->across - 2 && y0 < s->tall - 2;
    return p;
}

/* What a sheet holds is clipped to 0..1, and colours to alpha; the slope is that of the unclipped, so that nothing is
   lost beyond. */
static inline four bounded(four v) {
    four none = {0, 0, 0, 0};
    v = (four)((bits)v & (v > none));
    float most = v[3] < 1 ? v[3] : 1;
    four full = {most, most, most, most};
    bits less = v < full;
    return (four)(((bits)v & less) | ((bits)full & ~less));
}

static inline four kept(const float *at) { return bounded(*(const four *)at); }

/* What four pixels in a row count for at a share of the way from the second to the third, as mien.paint.raster has it, and
   how fast that changes. */
static inline void cubic(float t, float w[4], float d[4]) {
    float u = 1 - t;
    w[0] = -0.75f * t * u * u;
    w[1] = (1.25f * t - 2.25f) * t * t + 1;
    w[2] = (1.25f * u - 2.25f) * u * u + 1;
    w[3] = -0.75f * u * t * t;
    d[0] = -0.75f * u * (u - 2 * t);
    d[1] = (3.75f * t - 4.5f) * t;
    d[2] = -(3.75f * u - 4.5f) * u;
    d[3] = -0.75f * t * (2 * u - t);
}

/* Pictures first..last-1 of a batch. sheets: (batch, tall, across). fields: (batch, 2, rows, columns).
   out: (batch, high, wide). */
void sample_forward(const Shape *s, const float *sheets, const float *fields, float *out, long first, long last) {
    long sheet = 4 * s->tall * s->across, field = 2 * s->rows * s->columns;
    float at[2 * s->columns];
    Between between[s->wide];
    columns(s, between);
    for (long b = first; b < last; b++) {
        const float *own = sheets + b * sheet, *moved = fields + b * field;
        for (long y = 0; y < s->high; y++) {
            float vy;
            long ky = knot(y, s->height, s->rows, s->unit, &vy), line = 4 * (b * s->high + y) * s->wide;
            row(s, moved, ky, vy, at);
            for (long x = 0; x < s->wide; x++) {
                long kx = between[x].first;
                float vx = between[x].share;
                Place p = place(s, at, kx, vx);
                four v = {0, 0, 0, 0};
                if (p.at >= 0 && p.sixteen) {
                    const float *o = own + p.at - 4 * s->across - 4;
                    float across[4], down[4], rate[4];
                    cubic(p.x, across, rate);
                    cubic(p.y, down, rate);
                    for (long j = 0; j < 4; j++, o += 4 * s->across)
                        v += (kept(o) * across[0] + kept(o + 4) * across[1] + kept(o + 8) * across[2] + kept(o + 12) * across[3]) * down[j];
                    v = bounded(v);
                } else if (p.at >= 0) {
                    const float *o = own + p.at;
                    four a = kept(o), q = kept(o + p.right), c = kept(o + p.down), d = kept(o + p.down + p.right);
                    four upper = a + (q - a) * p.x, lower = c + (d - c) * p.x;
                    v = upper + (lower - upper) * p.y;
                }
                *(four *)(out + line + 4 * x) = v;
            }
        }
    }
}

/* Share out what the places between two columns of knots have gathered: of x and x, y and y. */
static inline void unknot(const Shape *s, four *sum, float *d_field, float vy) {
    for (long corner = 0; corner < 4; corner++) {
        float *k = d_field + (corner >> 1) * s->rows * s->columns + (corner & 1);
        k[0] += (*sum)[corner] * (1 - vy);
        k[s->columns] += (*sum)[corner] * vy;
    }
    memset(sum, 0, sizeof *sum);
}

/* As above, with the slopes of the loss at `out`; adds those of sheets and fields to d_sheets and d_fields. */
void sample_backward(const Shape *s, const float *sheets, const float *fields, const float *slopes, float *d_sheets,
                     float *d_fields, long first, long last) {
    long sheet = 4 * s->tall * s->across, field = 2 * s->rows * s->columns;
    float at[2 * s->columns];
    Between between[s->wide];
    columns(s, between);
    for (long b = first; b < last; b++) {
        const float *own = sheets + b * sheet, *moved = fields + b * field;
        float *d_own = d_sheets + b * sheet, *d_moved = d_fields + b * field;
        for (long y = 0; y < s->high; y++) {
            float vy;
            long ky = knot(y, s->height, s->rows, s->unit, &vy), line = 4 * (b * s->high + y) * s->wide;
            row(s, moved, ky, vy, at);
            long was = between[0].first;
            four sum = {0, 0, 0, 0};
            for (long x = 0; x < s->wide; x++) {
                long kx = between[x].first;
                float vx = between[x].share;
                if (kx != was) {
                    unknot(s, &sum, d_moved + ky * s->columns + was, vy);
                    was = kx;
                }
                Place p = place(s, at, kx, vx);
                if (p.at < 0) continue;
                four slope = *(const four *)(slopes + line + 4 * x);
                if (p.sixteen) {
                    const float *o = own + p.at - 4 * s->across - 4;
                    float *d = d_own + p.at - 4 * s->across - 4, across[4], down[4], rate_x[4], rate_y[4];
                    cubic(p.x, across, rate_x);
                    cubic(p.y, down, rate_y);
                    four by_x = {0, 0, 0, 0}, by_y = by_x;
                    for (long j = 0; j < 4; j++, o += 4 * s->across, d += 4 * s->across) {
                        four a = kept(o), q = kept(o + 4), c = kept(o + 8), e = kept(o + 12), part = slope * down[j];
                        by_x += (a * rate_x[0] + q * rate_x[1] + c * rate_x[2] + e * rate_x[3]) * down[j];
                        by_y += (a * across[0] + q * across[1] + c * across[2] + e * across[3]) * rate_y[j];
                        for (long i = 0; i < 4; i++) *(four *)(d + 4 * i) += part * across[i];
                    }
                    float to_x = total(slope * by_x), to_y = total(slope * by_y);
                    sum += (four){to_x * (1 - vx), to_x * vx, to_y * (1 - vx), to_y * vx};
                    continue;
                }
                const float *o = own + p.at;
                float *d = d_own + p.at;
                four a = kept(o), q = kept(o + p.right), v = kept(o + p.down), w = kept(o + p.down + p.right);
                float to_x = p.free_x * total(slope * ((q - a) * (1 - p.y) + (w - v) * p.y));
                float to_y = p.free_y * total(slope * ((v - a) * (1 - p.x) + (w - q) * p.x));
                four upper = slope * (1 - p.y), lower = slope * p.y;
                *(four *)d += upper * (1 - p.x);
                *(four *)(d + p.right) += upper * p.x;
                *(four *)(d + p.down) += lower * (1 - p.x);
                *(four *)(d + p.down + p.right) += lower * p.x;
                sum += (four){to_x * (1 - vx), to_x * vx, to_y * (1 - vx), to_y * vx};
            }
            unknot(s, &sum, d_moved + ky * s->columns + was, vy);
        }
    }
}

#define MOST_LAYERS 64

/* Pictures first..last-1 of `count` layers over each other. pictures: of each layer (batch, its box' height, width). boxes:
   left, top, right, bottom of each. out: (batch, high, wide). */
void lay_forward(const float **pictures, const long *boxes, long count, long high, long wide, float *out, long first,
                 long last) {
    memset(out + 4 * first * high * wide, 0, (size_t)(4 * (last - first) * high * wide) * sizeof *out);
    for (long b = first; b < last; b++)
        for (long n = 0; n < count; n++) {
            const long *box = boxes + 4 * n, across = box[2] - box[0], down = box[3] - box[1];
            const float *p = pictures[n] + 4 * b * across * down;
            for (long y = box[1]; y < box[3]; y++) {
                float *row = out + 4 * ((b * high + y) * wide + box[0]);
                for (long x = 0; x < across; x++, p += 4, row += 4) {
                    four new = *(const four *)p, *old = (four *)row;
                    *old = new + *old * (1 - new[3]);
                }
            }
        }
}

/* As above, with the slopes of the loss at `out`; d_pictures: those of the pictures. leak: of a slope, that goes on to what
   lies below however little of it shows. */
void lay_backward(const float **pictures, const long *boxes, long count, long high, long wide, const float *slopes,
                  float leak, float **d_pictures, long first, long last) {
    four below[MOST_LAYERS];
    long at[MOST_LAYERS], which[MOST_LAYERS];
    for (long b = first; b < last; b++)
        for (long y = 0; y < high; y++)
            for (long x = 0; x < wide; x++) {
                four sum = {0, 0, 0, 0}, slope = *(const four *)(slopes + 4 * ((b * high + y) * wide + x));
                long found = 0;
                for (long n = 0; n < count; n++) {
                    const long *box = boxes + 4 * n, across = box[2] - box[0], down = box[3] - box[1];
                    if (x < box[0] || x >= box[2] || y < box[1] || y >= box[3]) continue;
                    which[found] = n;
                    at[found] = 4 * ((b * down + y - box[1]) * across + x - box[0]);
                    below[found] = sum;
                    four new = *(const four *)(pictures[n] + at[found++]);
                    sum = new + sum * (1 - new[3]);
                }
                while (found--) {
                    float keep = 1 - pictures[which[found]][at[found] + 3];
                    four own = slope;
                    own[3] -= total(slope * below[found]);
                    *(four *)(d_pictures[which[found]] + at[found]) = own;
                    slope *= keep > leak ? keep : leak;
                }
            }
}

static inline float size(float v) { return v < 0 ? -v : v; }
static inline float sign(float v) { return (v > 0) - (v < 0); }

/* What the errors of pictures first..last-1 cost, and the slopes of that: `objectives.picture_loss` with the weights of
   `objectives.line_weight`, times what a pixel counts. painted, slopes: (batch, high, wide). real: likewise, in bytes.
   counts: (batch, high, wide). spare: (batch, 2, high, wide) room to work in. costs: (batch) sums. */
void error_costs(const float *painted, const unsigned char *real, const float *counts, float strength, long high, long wide,
                 float *slopes, float *spare, double *costs, long first, long last) {
    for (long b = first; b < last; b++) {
        long area = high * wide;
        const float *p = painted + 4 * b * area;
        const unsigned char *r = real + 4 * b * area;
        float *d = slopes + 4 * b * area, *steps = spare + 2 * b * area, *weight = steps + area;
        for (long y = 0; y < high; y++)
            for (long x = 0; x < wide; x++) {
                int most = 0;
                if (y + 1 < high && x + 1 < wide)
                    for (long c = 0; c < 4; c++) {
                        int step = (int)r[4 * ((y + 1) * wide + x + 1) + c] - (int)r[4 * (y * wide + x) + c];
                        step = step < 0 ? -step : step;
                        most = step > most ? step : most;
                    }
                float s = 2.0f * (float)most / 255.0f;
                steps[y * wide + x] = s < 1 ? s : 1;
            }
        for (long y = 0; y < high; y++)
            for (long x = 0; x < wide; x++) {
                float most = 0;
                for (long v = y > 0 ? y - 1 : 0; v <= (y + 1 < high ? y + 1 : y); v++)
                    for (long u = x > 0 ? x - 1 : 0; u <= (x + 1 < wide ? x + 1 : x); u++) {
                        float s = steps[v * wide + u];
                        most = s > most ? s : most;
                    }
                weight[y * wide + x] = (1 + strength * most) * counts[b * area + y * wide + x];
            }
        memset(d, 0, (size_t)(4 * area) * sizeof *d);
        double cost = 0;
        for (long y = 0; y < high; y++) {
            float line = 0;
            for (long x = 0; x < wide; x++) {
                long at = y * wide + x;
                float w = weight[at];
                for (long c = 0; c < 4; c++) {
                    long i = 4 * at + c;
                    float e = p[i] - (float)r[i] * (1.0f / 255.0f);
                    line += (size(e) + 3 * e * e) * w;
                    d[i] += (sign(e) + 6 * e) * w;
                    if (x > 0) {
                        float step = e - (p[i - 4] - (float)r[i - 4] * (1.0f / 255.0f)), half = 0.5f * w;
                        line += size(step) * half;
                        d[i] += sign(step) * half;
                        d[i - 4] -= sign(step) * half;
                    }
                    if (y > 0) {
                        long above = i - 4 * wide;
                        float step = e - (p[above] - (float)r[above] * (1.0f / 255.0f)), half = 0.5f * w;
                        line += size(step) * half;
                        d[i] += sign(step) * half;
                        d[above] -= sign(step) * half;
                    }
                }
            }
            cost += line;
        }
        costs[b] = cost;
    }
}
