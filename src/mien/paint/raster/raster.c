/* The painter of keyed cels: of a condition the picture, whole. docs/bundle.md says what it computes; __init__.py beside
   this file lays everything out in memory, calls think() and lay_all(), and reads the picture.

   It is built to WebAssembly (make raster), so that one small file runs wherever Python does, as fast as compiled code and
   unable to touch anything but its own memory. Vectors are four floats, or eight whole numbers of 16 bits. */
#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(#name)))
#define TILE 32                  /* pixels a side of what is painted at once */
#define BLOCK 8                  /* pixels a side of what keys change at once, and of a spot that may be full */
#define SPOTS (TILE / BLOCK)
#define MOST_CELS 64
#define MOST_KEYS 64
#define POINTS 70
#define MOST_COLUMNS 8192
#define STAIR 0.8f               /* of a byte's step: weights are rounded so that no pixel changes by more at a time */
#define CUBIC 1.5f               /* pixels of a sheet in one of the picture, below which it is read smoothly */
#define PRESSED 1.5f             /* times as many pixels of a sheet as usual, from which more than one place is read */
#define RIM 2                    /* pixels around a sheet, so that reading need not look where its edge is */

typedef v128_t four;

typedef struct {                 /* y = scale weight x + bias, row by row; columns are padded with zeros to a multiple of 8 */
    int32_t rows, columns;
    const int16_t *weight;
    const float *scale, *bias;   /* bias may be 0 */
} Layer;

typedef struct {                 /* a block of a sheet that keys change, with the drawings of these keys from `first` on */
    uint16_t x, y;
    uint32_t first;
    uint64_t keys;
} Block;

typedef struct {
    float left, top, width, height;      /* of the box, in canvas pixels */
    int32_t across, down;                /* knots of the field */
    int32_t wide, high, stride;          /* of the sheet, in pixels; a row with both rims */
    int32_t open, clipped, ground;
    float margin_x, margin_y;
    int32_t weighed, keys, blocks;       /* keys that the network weighs; all keys; blocks that they change */
    uint8_t *sheet;                      /* its first pixel, inside the rim; as it was drawn last */
    uint8_t *covered;                    /* by blocks, wide/8+1 in a row: 1 where anything shows */
    const uint8_t *bare;                 /* of each block that keys change: the sheet without them */
    const Block *block;
    const int8_t *drawing;               /* of keys, a block each */
    const float *step, *most;            /* of each key: what its unit stands for, and its strongest pixel */
    int32_t *stair;                      /* of each key: how strongly it was drawn last */
    Layer gather, field, weigh, follow;  /* rows 0: there is none */
    const float *rest, *fade;            /* or 0 */
    const float *tint;                   /* 4 x 4, or 0 */
    float *moved;                        /* (2, down, across) what the field says, in canvas pixels */
    float *shift;                        /* (down, across, 2) the same, in the sheet's pixels */
    float *weights;                      /* of all keys; those of marks come from outside */
    /* of this frame: */
    int32_t cell, hidden, cubic;         /* pixels between places where the field is read; 1: nothing shows; 1: a pixel is
                                            made of sixteen of the sheet, and not of four */
    int32_t x0, y0, x1, y1;              /* where in the picture it may show */
    float across_x[4], across_y[4], first[4]; /* of a pixel's x and y, and of none: (knot's x, y; place's x, y) */
    float usual;                         /* the sheet's pixels from one of the picture to the next, where nothing moves */
} Cel;

typedef struct {
    int32_t count, size;                 /* cels; pixels of the picture's side */
    Cel *cels;
    Layer embed[3];
    const float *inputs, *points;        /* of the condition; (70, 2) canvas pixels */
    int32_t input_count, pointed;        /* pointed: 1 where the points are known */
    float *made, *spare;                 /* room: condition and inputs; two layers */
    float even;
    float onto[6];                       /* from pixel indices to continuous places of the canvas */
    float back[6];                       /* and from these to pixel indices */
    float unit;                          /* canvas pixels in one of the picture */
    int32_t clear, solid;                /* alpha up to the one is taken for none, from the other on for all */
    float crisp;                         /* 0..1: how much finest detail is strengthened where sheets are read smoothly */
    uint8_t *out;                        /* (size, size, 4) straight RGBA */
} Painter;

extern unsigned char __heap_base;

/* Where free memory begins, after it was made to hold so many bytes; 0 when there are not as many. */
EXPORT(room) int32_t room(int32_t bytes) {
    uint32_t begin = ((uint32_t)&__heap_base + 15u) & ~15u, pages = (begin + (uint32_t)bytes + 65535u) >> 16;
    uint32_t now = (uint32_t)__builtin_wasm_memory_size(0);
    if (pages > now && __builtin_wasm_memory_grow(0, pages - now) == (uint32_t)-1) return 0;
    return (int32_t)begin;
}

EXPORT(cel_bytes) int32_t cel_bytes(void) { return sizeof(Cel); }
EXPORT(source) const char *source(void) { return "raster.c " SOURCE; } /* of which text this was built */
EXPORT(painter_bytes) int32_t painter_bytes(void) { return sizeof(Painter); }

static inline float least(float a, float b) { return a < b ? a : b; }
static inline float greatest(float a, float b) { return a > b ? a : b; }
static inline int32_t clamped(int32_t v, int32_t low, int32_t high) { return v < low ? low : v > high ? high : v; }

/* e to the x, to about 1e-7 of it; x within -87..87. */
static float expf_(float x) {
    x = least(greatest(x, -87.0f), 87.0f);
    float n = __builtin_floorf(x * 1.44269504f + 0.5f);
    float r = x - n * 0.693359375f + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    union { int32_t bits; float value; } two = {((int32_t)n + 127) << 23};
    return (p * r * r + r + 1.0f) * two.value;
}

static float total(four v) {
    return wasm_f32x4_extract_lane(v, 0) + wasm_f32x4_extract_lane(v, 1) + wasm_f32x4_extract_lane(v, 2) +
           wasm_f32x4_extract_lane(v, 3);
}

/* x is brought to 14 bits and its sign, so that two products fit into 32; what is lost is less than half floats lose. */
static void apply(const Layer *layer, const float *x, float *y) {
    static int16_t whole[MOST_COLUMNS];
    float most = 1e-30f;
    for (int32_t n = 0; n < layer->columns; n++) most = greatest(most, __builtin_fabsf(x[n]));
    four unit = wasm_f32x4_splat(16383.0f / most);
    for (int32_t n = 0; n < layer->columns; n += 8) {
        v128_t low = wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_nearest(wasm_f32x4_mul(wasm_v128_load(x + n), unit)));
        v128_t high = wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_nearest(wasm_f32x4_mul(wasm_v128_load(x + n + 4), unit)));
        wasm_v128_store(whole + n, wasm_i16x8_narrow_i32x4(low, high));
    }
    const int16_t *w = layer->weight;
    for (int32_t row = 0; row < layer->rows; row++) {
        four sum = wasm_f32x4_splat(0);
        for (int32_t n = 0; n < layer->columns; n += 8, w += 8)
            sum = wasm_f32x4_add(
                sum, wasm_f32x4_convert_i32x4(wasm_i32x4_dot_i16x8(wasm_v128_load(w), wasm_v128_load(whole + n))));
        y[row] = total(sum) * layer->scale[row] * (most / 16383.0f) + (layer->bias ? layer->bias[row] : 0);
    }
}

/* Zeros behind `count` numbers, as far as the layer that is given them reads. */
static void pad(float *x, int32_t count, const Layer *layer) {
    for (; count < layer->columns; count++) x[count] = 0;
}

/* What the condition makes of every cel: how it moves, and how strongly its keys show. */
EXPORT(think) void think(const Painter *p) {
    const float *x = p->inputs;
    float *to = p->spare;
    for (int32_t n = 0; n < 3; n++) {
        apply(&p->embed[n], x, to);
        for (int32_t k = 0; k < p->embed[n].rows; k++) to[k] = to[k] / (1.0f + expf_(-to[k]));
        if (n < 2) pad(to, p->embed[n].rows, &p->embed[n + 1]);
        x = to;
        to = to == p->spare ? p->spare + p->embed[n].rows + 8 : p->spare;
    }
    int32_t size = p->embed[2].rows;
    float square = 0;
    for (int32_t k = 0; k < size; k++) square += x[k] * x[k];
    float even = 1.0f / __builtin_sqrtf(square / (float)size + p->even);
    for (int32_t k = 0; k < size; k++) p->made[k] = x[k] * even;
    for (int32_t k = 0; k < p->input_count; k++) p->made[size + k] = p->inputs[k];
    for (int32_t c = 0; c < p->count; c++) {
        Cel *cel = &p->cels[c];
        int32_t knots = cel->across * cel->down;
        apply(&cel->gather, p->made, p->spare);
        pad(p->spare, cel->gather.rows, &cel->field);
        apply(&cel->field, p->spare, cel->moved);
        if (cel->follow.rows && p->pointed)
            for (int32_t n = 0; n < 2; n++) {
                for (int32_t k = 0; k < POINTS; k++) p->spare[k] = p->points[2 * k + n] - cel->rest[2 * k + n];
                pad(p->spare, POINTS, &cel->follow);
                apply(&cel->follow, p->spare, p->spare + POINTS + 2);
                for (int32_t k = 0; k < knots; k++) cel->moved[n * knots + k] -= p->spare[POINTS + 2 + k];
            }
        if (cel->fade)
            for (int32_t k = 0; k < 2 * knots; k++) cel->moved[k] *= cel->fade[k % knots];
        if (cel->weighed) {
            apply(&cel->weigh, p->made, cel->weights);
            for (int32_t k = 0; k < cel->weighed; k++) {
                float twice = expf_(2.0f * least(greatest(cel->weights[k], -20.0f), 20.0f));
                cel->weights[k] = (twice - 1.0f) / (twice + 1.0f);
            }
        }
    }
}

/* Draw those blocks of a sheet anew whose keys show otherwise than last time. Sums are in sixteenths of a byte's step. */
static void draw(Cel *cel) {
    uint64_t changed = 0, shown = 0;
    int16_t scale[MOST_KEYS];
    for (int32_t k = 0; k < cel->keys; k++) {
        float at = cel->most[k] > 0 ? cel->weights[k] * cel->most[k] / STAIR : 0;
        int32_t stair = (int32_t)__builtin_floorf(at + 0.5f);
        if (stair != cel->stair[k]) changed |= 1ull << k;
        cel->stair[k] = stair;
        if (!stair) continue;
        shown |= 1ull << k;
        float weight = (float)stair * STAIR / cel->most[k] * cel->step[k] * 2048.0f;  /* 16 * 128, for q15 of bytes << 8 */
        scale[k] = (int16_t)clamped((int32_t)__builtin_floorf(weight + 0.5f), -32767, 32767);
    }
    if (!changed) return;
    int32_t row = cel->wide / BLOCK + 1;
    for (int32_t b = 0; b < cel->blocks; b++) {
        const Block *block = &cel->block[b];
        if (!(block->keys & changed)) continue;
        const uint8_t *bare = cel->bare + 256 * b;
        const int8_t *own = cel->drawing + 256 * block->first;
        v128_t sum[32];
        for (int32_t n = 0; n < 16; n++) {
            v128_t bytes = wasm_v128_load(bare + 16 * n);
            sum[2 * n] = wasm_i16x8_shl(wasm_u16x8_extend_low_u8x16(bytes), 4);
            sum[2 * n + 1] = wasm_i16x8_shl(wasm_u16x8_extend_high_u8x16(bytes), 4);
        }
        for (uint64_t left = block->keys; left; left &= left - 1, own += 256) {
            int32_t k = __builtin_ctzll(left);
            if (!(shown >> k & 1)) continue;
            v128_t weight = wasm_i16x8_splat(scale[k]);
            for (int32_t n = 0; n < 16; n++) {
                v128_t bytes = wasm_v128_load(own + 16 * n);
                v128_t low = wasm_i16x8_shl(wasm_i16x8_extend_low_i8x16(bytes), 8);
                v128_t high = wasm_i16x8_shl(wasm_i16x8_extend_high_i8x16(bytes), 8);
                sum[2 * n] = wasm_i16x8_add_sat(sum[2 * n], wasm_i16x8_q15mulr_sat(low, weight));
                sum[2 * n + 1] = wasm_i16x8_add_sat(sum[2 * n + 1], wasm_i16x8_q15mulr_sat(high, weight));
            }
        }
        v128_t any = wasm_i8x16_splat(0), half = wasm_i16x8_splat(8);
        for (int32_t n = 0; n < 16; n++) {
            v128_t low = wasm_i16x8_shr(wasm_i16x8_add_sat(sum[2 * n], half), 4);
            v128_t high = wasm_i16x8_shr(wasm_i16x8_add_sat(sum[2 * n + 1], half), 4);
            v128_t bytes = wasm_u8x16_narrow_i16x8(low, high);
            /* no colour is stronger than alpha, which it is multiplied by */
            bytes = wasm_u8x16_min(bytes, wasm_i8x16_shuffle(bytes, bytes, 3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15));
            any = wasm_v128_or(any, bytes);
            sum[n] = bytes;
        }
        /* a block may reach beyond the sheet; there it is clear, and lies in the rim or the next row's: keep out */
        int32_t wide = clamped(cel->wide - block->x * BLOCK, 0, BLOCK), high = clamped(cel->high - block->y * BLOCK, 0, BLOCK);
        uint8_t *to = cel->sheet + 4 * (block->y * BLOCK * cel->stride + block->x * BLOCK);
        for (int32_t y = 0; y < high; y++, to += 4 * cel->stride) {
            if (wide == BLOCK) {
                wasm_v128_store(to, sum[2 * y]);
                wasm_v128_store(to + 16, sum[2 * y + 1]);
            } else
                __builtin_memcpy(to, &sum[2 * y], 4 * (uint32_t)wide);
        }
        cel->covered[block->y * row + block->x] = (uint8_t)wasm_v128_any_true(any);
    }
}

/* How far apart fields are read for this picture, and where a cel may show in it. */
static void find(const Painter *p, Cel *cel) {
    float knot = least(cel->width / (float)cel->across, cel->height / (float)cel->down);
    float apart = (knot < 7.0f ? 2.0f : 4.0f) / p->unit;
    cel->cell = 2;
    while (cel->cell < 8 && (float)(2 * cel->cell) <= apart * 1.01f) cel->cell *= 2;
    cel->x0 = cel->y0 = 0;
    cel->x1 = cel->y1 = p->size;
    int32_t row = cel->wide / BLOCK + 1, rows = cel->high / BLOCK + 1;
    int32_t left = row, top = rows, right = -1, bottom = -1;
    for (int32_t y = 0; y < rows; y++)
        for (int32_t x = 0; x < row; x++)
            if (cel->covered[y * row + x]) {
                left = x < left ? x : left;
                right = x > right ? x : right;
                top = y < top ? y : top;
                bottom = y > bottom ? y : bottom;
            }
    cel->hidden = right < 0;
    cel->usual = (float)cel->wide / cel->width * p->unit;
    cel->cubic = cel->usual < CUBIC;
    if (cel->hidden || cel->ground) return;
    /* what shows of the sheet, in places of the canvas, less what the field can move it by */
    float low[2] = {1e9f, 1e9f}, most[2] = {-1e9f, -1e9f};
    int32_t knots = cel->across * cel->down;
    for (int32_t n = 0; n < 2; n++)
        for (int32_t k = 0; k < knots; k++) {
            low[n] = least(low[n], cel->moved[n * knots + k]);
            most[n] = greatest(most[n], cel->moved[n * knots + k]);
        }
    float scale = (float)cel->wide / cel->width, far = 4.0f * (float)p->size * p->unit + 1e4f;
    float x0 = cel->left + (float)(left * BLOCK - 1) / scale - most[0];
    float x1 = cel->left + (float)((right + 1) * BLOCK + 1) / scale - low[0];
    float y0 = cel->top + (float)(top * BLOCK - 1) / scale - most[1];
    float y1 = cel->top + (float)((bottom + 1) * BLOCK + 1) / scale - low[1];
    if (cel->open) { /* what lies at a sheet's edge goes on beyond it */
        if (left == 0) x0 = -far;
        if (top == 0) y0 = -far;
        if ((right + 1) * BLOCK >= cel->wide) x1 = far;
        if ((bottom + 1) * BLOCK >= cel->high) y1 = far;
    } else {
        x0 = greatest(x0, cel->left), y0 = greatest(y0, cel->top);
        x1 = least(x1, cel->left + cel->width), y1 = least(y1, cel->top + cel->height);
    }
    float ends[2][2] = {{1e9f, -1e9f}, {1e9f, -1e9f}};
    for (int32_t corner = 0; corner < 4; corner++) {
        float x = corner & 1 ? x1 : x0, y = corner & 2 ? y1 : y0;
        for (int32_t n = 0; n < 2; n++) {
            const float *b = p->back + 3 * n;
            float at = b[0] * x + b[1] * y + b[2];
            ends[n][0] = least(ends[n][0], at);
            ends[n][1] = greatest(ends[n][1], at);
        }
    }
    float side = (float)p->size;
    cel->x0 = (int32_t)least(greatest(__builtin_floorf(ends[0][0]) - 1, 0), side);
    cel->x1 = (int32_t)least(greatest(__builtin_ceilf(ends[0][1]) + 2, 0), side);
    cel->y0 = (int32_t)least(greatest(__builtin_floorf(ends[1][0]) - 1, 0), side);
    cel->y1 = (int32_t)least(greatest(__builtin_ceilf(ends[1][1]) + 2, 0), side);
    cel->hidden = x1 <= x0 || y1 <= y0 || cel->x1 <= cel->x0 || cel->y1 <= cel->y0;
}

/* Ready a cel's field to be read: affine maps, and shifts in the sheet's pixels. */
static void ready(const Painter *p, Cel *cel) {
    float scale = (float)cel->wide / cel->width;
    float knot_x = (float)(cel->across - 1) / (cel->width - 1.0f), knot_y = (float)(cel->down - 1) / (cel->height - 1.0f);
    const float *o = p->onto;
    float ground[6] = {p->unit, 0, 0.5f * p->unit + cel->margin_x, 0, p->unit, 0.5f * p->unit + cel->margin_y};
    const float *g = cel->ground ? ground : o;
    float *to[3] = {cel->across_x, cel->across_y, cel->first};
    for (int32_t n = 0; n < 3; n++) {
        int32_t last = n == 2;
        to[n][0] = (o[n] - (last ? cel->left + 0.5f : 0)) * knot_x;
        to[n][1] = (o[3 + n] - (last ? cel->top + 0.5f : 0)) * knot_y;
        to[n][2] = (g[n] - (last ? cel->left : 0)) * scale - (last ? 0.5f : 0);
        to[n][3] = (g[3 + n] - (last ? cel->top : 0)) * scale - (last ? 0.5f : 0);
    }
    int32_t knots = cel->across * cel->down;
    for (int32_t k = 0; k < knots; k++) {
        cel->shift[2 * k] = cel->moved[k] * scale;
        cel->shift[2 * k + 1] = cel->moved[knots + k] * scale;
    }
}

typedef struct { float x, y; } Place;           /* on a sheet, in its pixel indices */
typedef struct { Place at[TILE + 1][TILE + 2]; } Grid; /* of a tile: where its cells' corners are read */

static Grid grids[MOST_CELS];

static void lattice(const Cel *cel, int32_t step, int32_t tx, int32_t ty, int32_t x0, int32_t y0, int32_t x1, int32_t y1,
                    Grid *grid) {
    four by_x = wasm_v128_load(cel->across_x), by_y = wasm_v128_load(cel->across_y), first = wasm_v128_load(cel->first);
    four last = wasm_f32x4_make((float)(cel->across - 1), (float)(cel->down - 1), 0, 0), none = wasm_f32x4_splat(0);
    int32_t end_x = cel->across - 2, end_y = cel->down - 2;
    for (int32_t y = y0; y <= y1; y++) {
        four row = wasm_f32x4_add(first, wasm_f32x4_mul(by_y, wasm_f32x4_splat((float)(ty + y * step))));
        for (int32_t x = x0; x <= x1; x++) {
            four at = wasm_f32x4_add(row, wasm_f32x4_mul(by_x, wasm_f32x4_splat((float)(tx + x * step))));
            four knot = wasm_f32x4_pmin(wasm_f32x4_pmax(at, none), last);
            v128_t whole = wasm_i32x4_trunc_sat_f32x4(knot);
            int32_t ix = wasm_i32x4_extract_lane(whole, 0), iy = wasm_i32x4_extract_lane(whole, 1);
            ix = ix > end_x ? end_x : ix, iy = iy > end_y ? end_y : iy;
            float fx = wasm_f32x4_extract_lane(knot, 0) - (float)ix, fy = wasm_f32x4_extract_lane(knot, 1) - (float)iy;
            const float *upper = cel->shift + 2 * (iy * cel->across + ix);
            four a = wasm_v128_load(upper), b = wasm_v128_load(upper + 2 * cel->across);
            four v = wasm_f32x4_add(a, wasm_f32x4_mul(wasm_f32x4_sub(b, a), wasm_f32x4_splat(fy)));
            four next = wasm_i32x4_shuffle(v, v, 2, 3, 2, 3);
            v = wasm_f32x4_add(v, wasm_f32x4_mul(wasm_f32x4_sub(next, v), wasm_f32x4_splat(fx)));
            v = wasm_f32x4_add(v, wasm_i32x4_shuffle(at, at, 2, 3, 2, 3));
            wasm_v128_store64_lane(&grid->at[y][x], v, 0);
        }
    }
}

/* Whether anything of a sheet shows between the corners of a cell. up, down: its upper and its lower two. */
static inline int32_t shows(const Cel *cel, const Place *up, const Place *down) {
    four a = wasm_v128_load(up), b = wasm_v128_load(down);
    four low = wasm_f32x4_pmin(a, b), most = wasm_f32x4_pmax(a, b);
    low = wasm_f32x4_pmin(low, wasm_i32x4_shuffle(low, low, 2, 3, 2, 3));
    most = wasm_f32x4_pmax(most, wasm_i32x4_shuffle(most, most, 2, 3, 2, 3));
    v128_t ends = wasm_i32x4_trunc_sat_f32x4(
        wasm_f32x4_floor(wasm_f32x4_add(wasm_i32x4_shuffle(low, most, 0, 1, 4, 5), wasm_f32x4_make(0, 0, 1, 1))));
    v128_t edge = wasm_i32x4_make(cel->wide - 1, cel->high - 1, cel->wide - 1, cel->high - 1);
    if (!cel->open) { /* wholly beyond an edge: nothing */
        v128_t beyond = wasm_i32x4_make(cel->wide - 1, cel->high - 1, 0, 0);
        v128_t over = wasm_i32x4_gt(ends, beyond), short_ = wasm_i32x4_lt(ends, beyond);
        if (wasm_v128_any_true(wasm_i32x4_shuffle(over, short_, 0, 1, 6, 7))) return 0;
    }
    ends = wasm_i32x4_shr(wasm_i32x4_min(wasm_i32x4_max(ends, wasm_i32x4_splat(0)), edge), 3);
    int32_t left = wasm_i32x4_extract_lane(ends, 0), top = wasm_i32x4_extract_lane(ends, 1);
    int32_t right = wasm_i32x4_extract_lane(ends, 2), bottom = wasm_i32x4_extract_lane(ends, 3);
    int32_t row = cel->wide / BLOCK + 1;
    for (int32_t y = top; y <= bottom; y++)
        for (int32_t x = left; x <= right; x++)
            if (cel->covered[y * row + x]) return 1;
    return 0;
}

#define ALPHA(v) wasm_i16x8_shuffle(v, v, 3, 3, 3, 3, 7, 7, 7, 7) /* of two colours: each one's, four times */

/* Two colours read between pixels, each of four numbers 0..32767. at, other: the first of the four pixels of each. x, y: in
   2^-16 of a pixel, of which 7 and 15 bits count. */
static inline v128_t two(const uint8_t *at, const uint8_t *other, int32_t row, int32_t x, int32_t y, int32_t next_x,
                         int32_t next_y) {
    v128_t upper = wasm_u16x8_load8x8(at), lower = wasm_u16x8_load8x8(at + row);
    v128_t one = wasm_i16x8_add(wasm_i16x8_shl(upper, 7),
                                wasm_i16x8_mul(wasm_i16x8_sub(lower, upper), wasm_i16x8_splat((int16_t)(y >> 9 & 127))));
    upper = wasm_u16x8_load8x8(other), lower = wasm_u16x8_load8x8(other + row);
    v128_t two = wasm_i16x8_add(wasm_i16x8_shl(upper, 7),
                                wasm_i16x8_mul(wasm_i16x8_sub(lower, upper), wasm_i16x8_splat((int16_t)(next_y >> 9 & 127))));
    v128_t left = wasm_i64x2_shuffle(one, two, 0, 2), right = wasm_i64x2_shuffle(one, two, 1, 3);
    uint64_t share = (uint64_t)(x >> 1 & 0x7fff) * 0x0001000100010001ull;
    uint64_t next = (uint64_t)(next_x >> 1 & 0x7fff) * 0x0001000100010001ull;
    v128_t at_x = wasm_i64x2_replace_lane(wasm_i64x2_splat((int64_t)share), 1, (int64_t)next);
    v128_t v = wasm_i16x8_add(left, wasm_i16x8_q15mulr_sat(wasm_i16x8_sub(right, left), at_x));
    return wasm_i16x8_add(v, wasm_u16x8_shr(v, 8)); /* 255 << 7 to 32767 */
}

#define FINE 128 /* places between two pixels that are told apart where four are read */
static v128_t down_by[FINE][4], across_by[FINE][2]; /* what each counts for: in 64ths by row; in 16384ths by column */

/* The cubic of Mitchell & Netravali ("Reconstruction filters in computer graphics", SIGGRAPH 1988), from B 0 and C 3/4, by
   which training reads, to B -3/4 and C 1: a negative B makes finest detail stronger, which a network that is taught by
   means of errors leaves too weak. */
static float near(float x, float crisp) {   /* within a pixel */
    return ((1.25f + 0.875f * crisp) * x - 2.25f - 1.25f * crisp) * x * x + 1 + 0.25f * crisp;
}
static float beyond(float x, float crisp) { /* within the next one */
    return (((-0.75f - 0.125f * crisp) * x + 3.75f + 0.5f * crisp) * x - 6 - 0.5f * crisp) * x + 3;
}

static void ready_cubic(float crisp) {
    static float done = -1;
    if (done == crisp) return;
    done = crisp;
    for (int32_t n = 0; n < FINE; n++) {
        float t = (float)n / FINE, s = 1 - t;
        float w[4] = {beyond(1 + t, crisp), near(t, crisp), near(s, crisp), beyond(1 + s, crisp)};
        int32_t left = 64, most = w[1] > w[2] ? 1 : 2, whole[4];
        for (int32_t k = 0; k < 4; k++) left -= whole[k] = (int32_t)__builtin_floorf(w[k] * 64.0f + 0.5f);
        whole[most] += left;
        for (int32_t k = 0; k < 4; k++) down_by[n][k] = wasm_i16x8_splat((int16_t)whole[k]);
        for (int32_t k = 0; k < 4; k++) whole[k] = (int32_t)__builtin_floorf(w[k] * 16384.0f + 0.5f);
        for (int32_t k = 0; k < 2; k++)
            across_by[n][k] = wasm_i64x2_shuffle(wasm_i16x8_splat((int16_t)whole[2 * k]),
                                                 wasm_i16x8_splat((int16_t)whole[2 * k + 1]), 0, 2);
    }
}

/* Four columns of a colour, which their sum makes, in 32nds: a half of them in each half of the vector. */
static inline v128_t four_by_four(const uint8_t *at, int32_t row, int32_t x, int32_t y) {
    const v128_t *down = down_by[y >> 9 & 127], *across = across_by[x >> 9 & 127];
    v128_t left = wasm_i32x4_splat(0), right = left;
    at -= row + 4;
    for (int32_t k = 0; k < 4; k++, at += row) {
        v128_t pixels = wasm_v128_load(at);
        left = wasm_i16x8_add(left, wasm_i16x8_mul(wasm_u16x8_extend_low_u8x16(pixels), down[k]));
        right = wasm_i16x8_add(right, wasm_i16x8_mul(wasm_u16x8_extend_high_u8x16(pixels), down[k]));
    }
    return wasm_i16x8_add(wasm_i16x8_q15mulr_sat(left, across[0]), wasm_i16x8_q15mulr_sat(right, across[1]));
}

/* As `two`, of the sixteen pixels around each. */
static inline v128_t two_cubic(const uint8_t *at, const uint8_t *other, int32_t row, int32_t x, int32_t y, int32_t next_x,
                               int32_t next_y) {
    v128_t one = four_by_four(at, row, x, y), next = four_by_four(other, row, next_x, next_y);
    v128_t v = wasm_i16x8_add(wasm_i64x2_shuffle(one, next, 0, 2), wasm_i64x2_shuffle(one, next, 1, 3));
    v = wasm_i16x8_min(wasm_i16x8_max(v, wasm_i16x8_splat(0)), wasm_i16x8_splat(255 * 32));
    v = wasm_i16x8_min(v, ALPHA(v)); /* no colour is stronger than alpha, which it is multiplied by */
    v = wasm_i16x8_shl(v, 2);
    return wasm_i16x8_add(v, wasm_u16x8_shr(v, 8));
}

static v128_t tinted(v128_t colours, const float *m) {
    v128_t found[2];
    for (int32_t n = 0; n < 2; n++) {
        four v = wasm_f32x4_convert_i32x4(n ? wasm_i32x4_extend_high_i16x8(colours) : wasm_i32x4_extend_low_i16x8(colours));
        four red = wasm_f32x4_mul(wasm_v128_load(m), wasm_i32x4_shuffle(v, v, 0, 0, 0, 0));
        four green = wasm_f32x4_mul(wasm_v128_load(m + 4), wasm_i32x4_shuffle(v, v, 1, 1, 1, 1));
        four blue = wasm_f32x4_mul(wasm_v128_load(m + 8), wasm_i32x4_shuffle(v, v, 2, 2, 2, 2));
        four alpha = wasm_f32x4_mul(wasm_v128_load(m + 12), wasm_i32x4_shuffle(v, v, 3, 3, 3, 3));
        v = wasm_f32x4_add(wasm_f32x4_add(red, green), wasm_f32x4_add(blue, alpha));
        found[n] = wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_pmax(v, wasm_f32x4_splat(0)));
    }
    return wasm_i16x8_narrow_i32x4(found[0], found[1]);
}

/* A tile's pixels, two in a vector: red, green, blue, premultiplied, and alpha, 0..32767. */
static v128_t tile[TILE * TILE / 2];
static uint8_t full[SPOTS * SPOTS];          /* of a tile's spots: 1 where nothing below shows any more */
typedef struct { int32_t begin_x, begin_y, by_x, by_y, count; v128_t share; } Pressed; /* 2^-16 of a sheet's pixel */
static v128_t alphas[8 * 8 / 2];             /* of a cell of the cel to which others are clipped, four times each */

enum { ALONE, MASK, CLIPPED };
enum { FOUR, SIXTEEN, MANY }; /* pixels of the sheet for one: by lines, by the cubic, by lines in several places */

/* Lay a cell under what is there. how: ALONE; MASK, which only keeps its alpha; CLIPPED, inside the alpha that was kept.
   read: how a pixel is made. pressed: of a cell that is MANY, which way and how much. */
static inline __attribute__((always_inline)) void cell_of(const Cel *cel, const Place *up, const Place *down, int32_t step,
                                                          v128_t *there, int32_t how, int32_t read, const Pressed *pressed) {
    const float *tint = cel->tint;
    const uint8_t *sheet = cel->sheet;
    const int32_t row = 4 * cel->stride, low = cel->open ? 0 : -65536;
    const int32_t most_x = (cel->wide - (cel->open ? 1 : 0)) << 16, most_y = (cel->high - (cel->open ? 1 : 0)) << 16;
    const four far = wasm_f32x4_splat(30000.0f);
    const float part = 1.0f / (float)step;
    const v128_t all = wasm_i16x8_splat(32767);
    four left = wasm_v128_load(up), fall = wasm_f32x4_mul(wasm_f32x4_sub(wasm_v128_load(down), left), wasm_f32x4_splat(part));
    for (int32_t j = 0; j < step; j++, left = wasm_f32x4_add(left, fall), there += TILE / 2) {
        four ends = wasm_f32x4_pmin(wasm_f32x4_pmax(left, wasm_f32x4_neg(far)), far);
        four rise = wasm_f32x4_mul(wasm_f32x4_sub(wasm_i32x4_shuffle(ends, ends, 2, 3, 2, 3), ends), wasm_f32x4_splat(part));
        v128_t from = wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_mul(ends, wasm_f32x4_splat(65536.0f)));
        v128_t by = wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_mul(rise, wasm_f32x4_splat(65536.0f)));
        int32_t x = wasm_i32x4_extract_lane(from, 0), y = wasm_i32x4_extract_lane(from, 1);
        const int32_t dx = wasm_i32x4_extract_lane(by, 0), dy = wasm_i32x4_extract_lane(by, 1);
        for (int32_t i = 0; i < step / 2; i++, x += 2 * dx, y += 2 * dy) {
            int32_t u = clamped(x, low, most_x), v = clamped(y, low, most_y);
            int32_t next_u = clamped(x + dx, low, most_x), next_v = clamped(y + dy, low, most_y);
            const uint8_t *at = sheet + (v >> 16) * row + 4 * (u >> 16);
            const uint8_t *other = sheet + (next_v >> 16) * row + 4 * (next_u >> 16);
            v128_t shown;
            if (read == SIXTEEN) shown = two_cubic(at, other, row, u, v, next_u, next_v);
            else if (read == FOUR) shown = two(at, other, row, u, v, next_u, next_v);
            else {
                shown = wasm_i32x4_splat(0);
                int32_t px = x - pressed->begin_x, py = y - pressed->begin_y;
                for (int32_t n = 0; n < pressed->count; n++, px += pressed->by_x, py += pressed->by_y) {
                    u = clamped(px, low, most_x), v = clamped(py, low, most_y);
                    next_u = clamped(px + dx, low, most_x), next_v = clamped(py + dy, low, most_y);
                    v128_t one = two(sheet + (v >> 16) * row + 4 * (u >> 16), sheet + (next_v >> 16) * row + 4 * (next_u >> 16),
                                     row, u, v, next_u, next_v);
                    shown = wasm_i16x8_add_sat(shown, wasm_i16x8_q15mulr_sat(one, pressed->share));
                }
            }
            if (tint) shown = tinted(shown, tint);
            if (how == MASK) {
                alphas[4 * j + i] = ALPHA(shown);
                continue;
            }
            if (how == CLIPPED) shown = wasm_i16x8_q15mulr_sat(shown, alphas[4 * j + i]);
            v128_t was = there[i];
            there[i] = wasm_i16x8_add_sat(was, wasm_i16x8_q15mulr_sat(shown, wasm_i16x8_sub(all, ALPHA(was))));
        }
    }
}

/* Whether all sixteen pixels around every place of a cell are the sheet's own. */
static inline int32_t within(const Cel *cel, const Place *up, const Place *down) {
    four a = wasm_v128_load(up), b = wasm_v128_load(down);
    four low = wasm_f32x4_pmin(a, b), most = wasm_f32x4_pmax(a, b);
    four wide = wasm_f32x4_make((float)cel->wide, (float)cel->high, (float)cel->wide, (float)cel->high);
    v128_t in = wasm_v128_and(wasm_f32x4_gt(low, wasm_f32x4_splat(1)), wasm_f32x4_lt(most, wasm_f32x4_sub(wide, wasm_f32x4_splat(3))));
    return wasm_i32x4_all_true(in);
}

/* Whether a cell is pressed so hard in one direction that places between its pixels would never be read, and where to. */
static inline int32_t pressing(const Cel *cel, const Place *up, const Place *down, int32_t step, Pressed *pressed) {
    float part = 0.5f / (float)step, x[2], y[2];
    x[0] = (down[0].x - up[0].x + down[1].x - up[1].x) * part, y[0] = (down[0].y - up[0].y + down[1].y - up[1].y) * part;
    x[1] = (up[1].x - up[0].x + down[1].x - down[0].x) * part, y[1] = (up[1].y - up[0].y + down[1].y - down[0].y) * part;
    float far[2] = {x[0] * x[0] + y[0] * y[0], x[1] * x[1] + y[1] * y[1]};
    int32_t which = far[1] > far[0];
    float much = far[which] / (cel->usual * cel->usual);
    if (!(much > PRESSED * PRESSED) || much > 1e4f) return 0;
    pressed->count = clamped((int32_t)(__builtin_sqrtf(much) * 1.5f + 0.5f), 2, 8);
    float one = 65536.0f / (float)pressed->count, half = 0.5f * (float)(pressed->count - 1);
    pressed->by_x = (int32_t)(x[which] * one), pressed->by_y = (int32_t)(y[which] * one);
    pressed->begin_x = (int32_t)(x[which] * one * half), pressed->begin_y = (int32_t)(y[which] * one * half);
    pressed->share = wasm_i16x8_splat((int16_t)(32768 / pressed->count));
    return 1;
}

/* For each size and way to read apart, so that loops over its pixels are unrolled. */
#define READ(step, how)                                                                                              \
    if (cel->cubic && pressing(cel, up, down, step, &pressed)) cell_of(cel, up, down, step, there, how, MANY, &pressed); \
    else if (cel->cubic && within(cel, up, down)) cell_of(cel, up, down, step, there, how, SIXTEEN, &pressed);       \
    else cell_of(cel, up, down, step, there, how, FOUR, &pressed);
#define CELL(name, how)                                                                                              \
    static void name(const Cel *cel, const Place *up, const Place *down, int32_t step, v128_t *there) {              \
        Pressed pressed;                                                                                             \
        if (step == 8) { READ(8, how) }                                                                              \
        else if (step == 4) { READ(4, how) }                                                                         \
        else { READ(2, how) }                                                                                        \
    }
CELL(alone, ALONE)
CELL(mask, MASK)
CELL(clipped, CLIPPED)

/* One cel that is not clipped, with those that are clipped to it, from the front to the back, into the tile at tx, ty. */
static void lay(const Cel *base, const Cel *end, int32_t tx, int32_t ty) {
    int32_t step = base->cell, clipping = 0;
    for (const Cel *cel = base + 1; cel < end; cel++) {
        if (cel->hidden || tx >= cel->x1 || tx + TILE <= cel->x0 || ty >= cel->y1 || ty + TILE <= cel->y0) continue;
        if (cel->cell < step) step = cel->cell;
        clipping = 1;
    }
    int32_t x0 = base->x0 > tx ? base->x0 - tx : 0, y0 = base->y0 > ty ? base->y0 - ty : 0;
    int32_t x1 = clamped(base->x1 - tx, 0, TILE), y1 = clamped(base->y1 - ty, 0, TILE);
    if (x1 <= x0 || y1 <= y0) return;
    x0 /= step, y0 /= step;
    x1 = (x1 + step - 1) / step, y1 = (y1 + step - 1) / step;
    uint64_t made = 0;
    uint32_t touched = 0;
    for (int32_t y = y0; y < y1; y++)
        for (int32_t x = x0; x < x1; x++) {
            int32_t spot = y * step / BLOCK * SPOTS + x * step / BLOCK;
            if (full[spot]) continue;
            if (!made) lattice(base, step, tx, ty, x0, y0, x1, y1, &grids[0]);
            made |= 1;
            const Place *up = &grids[0].at[y][x], *down = &grids[0].at[y + 1][x];
            if (!shows(base, up, down)) continue;
            v128_t *there = tile + (y * step * TILE + x * step) / 2;
            int32_t masked = 0;
            if (clipping)
                for (const Cel *cel = end - 1; cel > base; cel--) {
                    if (cel->hidden || tx + x * step >= cel->x1 || tx + (x + 1) * step <= cel->x0 ||
                        ty + y * step >= cel->y1 || ty + (y + 1) * step <= cel->y0)
                        continue;
                    Grid *grid = &grids[cel - base];
                    if (!(made >> (cel - base) & 1)) lattice(cel, step, tx, ty, x0, y0, x1, y1, grid);
                    made |= 1ull << (cel - base);
                    if (!shows(cel, &grid->at[y][x], &grid->at[y + 1][x])) continue;
                    if (!masked) mask(base, up, down, step, there);
                    masked = 1;
                    clipped(cel, &grid->at[y][x], &grid->at[y + 1][x], step, there);
                }
            alone(base, up, down, step, there);
            touched |= 1u << spot;
        }
    for (; touched; touched &= touched - 1) {
        int32_t spot = __builtin_ctz(touched);
        const v128_t *at = tile + (spot / SPOTS * BLOCK * TILE + spot % SPOTS * BLOCK) / 2;
        v128_t low = wasm_i16x8_splat(32767);
        for (int32_t j = 0; j < BLOCK; j++)
            for (int32_t i = 0; i < BLOCK / 2; i++) low = wasm_i16x8_min(low, at[j * TILE / 2 + i]);
        full[spot] = wasm_i16x8_extract_lane(low, 3) > 32680 && wasm_i16x8_extract_lane(low, 7) > 32680;
    }
}

/* One pixel's bytes, its colour divided by alpha again. */
static uint32_t straight(const Painter *p, const int16_t *from) {
    uint32_t alpha = ((uint32_t)from[3] * 255u + 16384u) / 32767u;
    if (alpha <= (uint32_t)p->clear) return 0;
    uint32_t bytes = (alpha >= (uint32_t)p->solid ? 255u : alpha) << 24;
    float part = 255.0f / (float)from[3];
    for (int32_t n = 0; n < 3; n++) bytes |= (uint32_t)least((float)from[n] * part + 0.5f, 255.0f) << 8 * n;
    return bytes;
}

/* Write the tile out. */
static void hand(const Painter *p, int32_t tx, int32_t ty) {
    int32_t wide = p->size - tx < TILE ? p->size - tx : TILE, high = p->size - ty < TILE ? p->size - ty : TILE;
    const v128_t half = wasm_i16x8_splat(64), solid = wasm_i32x4_splat((int32_t)0xff000000);
    for (int32_t y = 0; y < high; y++) {
        uint8_t *to = p->out + 4 * ((ty + y) * p->size + tx);
        const v128_t *from = tile + y * TILE / 2;
        for (int32_t x = 0; x < wide; x += 4, to += 16, from += 2) {
            if (x + 4 <= wide) {
                v128_t low = wasm_i16x8_min(ALPHA(from[0]), ALPHA(from[1])), any = wasm_v128_or(from[0], from[1]);
                if (wasm_i16x8_all_true(wasm_i16x8_gt(low, wasm_i16x8_splat(32680)))) { /* 255 is 32640 and more */
                    v128_t a = wasm_u16x8_shr(wasm_i16x8_add(wasm_i16x8_sub(from[0], wasm_u16x8_shr(from[0], 8)), half), 7);
                    v128_t b = wasm_u16x8_shr(wasm_i16x8_add(wasm_i16x8_sub(from[1], wasm_u16x8_shr(from[1], 8)), half), 7);
                    wasm_v128_store(to, wasm_v128_or(wasm_u8x16_narrow_i16x8(a, b), solid));
                    continue;
                }
                if (!wasm_v128_any_true(any)) {
                    wasm_v128_store(to, wasm_i32x4_splat(0));
                    continue;
                }
            }
            const int16_t *one = (const int16_t *)from;
            for (int32_t n = 0; n < 4 && x + n < wide; n++) ((uint32_t *)to)[n] = straight(p, one + 4 * n);
        }
    }
}

/* Lay the cels over each other, as they were moved and weighed, and write the picture. */
EXPORT(lay_all) void lay_all(Painter *p) {
    ready_cubic(p->crisp);
    for (int32_t c = 0; c < p->count; c++) {
        draw(&p->cels[c]);
        find(p, &p->cels[c]);
        if (!p->cels[c].hidden) ready(p, &p->cels[c]);
    }
    for (int32_t ty = 0; ty < p->size; ty += TILE)
        for (int32_t tx = 0; tx < p->size; tx += TILE) {
            for (int32_t n = 0; n < TILE * TILE / 2; n++) tile[n] = wasm_i32x4_splat(0);
            for (int32_t n = 0; n < SPOTS * SPOTS; n++) full[n] = 0;
            for (Cel *end = p->cels + p->count; end > p->cels;) {
                Cel *base = end - 1;
                while (base > p->cels && base->clipped) base--;
                if (!base->hidden && !base->clipped) lay(base, end, tx, ty);
                end = base;
            }
            hand(p, tx, ty);
        }
}
