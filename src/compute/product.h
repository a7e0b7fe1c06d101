/* The matrix product C(i,j) = start(j) + sum over k, in order, of A(i,k) B(k,j), as an outer
 * product (Goto & van de Geijn 2008). C is cut into tiles that fit in registers. One step of the
 * inner index k loads a row of B once, broadcasts a column of A one element after the other, and
 * adds their outer product to the tile:
 *
 *                        B(k, j...)
 *                     [  b0  ][  b1  ]      width vectors of 16 lanes
 *        A(i...,k)
 *           a0        [ s00  ][ s01  ]
 *           a1        [ s10  ][ s11  ]      s(r,w) = fma(a(r), b(w), s(r,w)), kept in registers
 *           ...             ...             until k has run through
 *           a(rows-1) [      ][      ]
 *
 * Each element is one chain of fused multiply-adds over k = 0, 1, 2, ..., whatever the tile's
 * shape. A tile of 12 rows and 2 vectors does 24 of them for 14 loads and hides their latency.
 *
 *     product                    for each block of A that fits the second cache
 *         product_block          for each column of tiles, the widest that the rows allow
 *             product_column     for each block of k, so that rows of B stay in the first cache
 *                 part_run       for each tile of rows, split evenly
 *                     product_tile
 *
 * Included by compute/kernels.c only. */
#ifndef NNTRAIN_COMPUTE_PRODUCT_H
#define NNTRAIN_COMPUTE_PRODUCT_H

#include "compute/kernels.h"
#include "compute/vector.h"

/* A tile needs rows * width registers for its sums, width for the row of B and one for A: few rows
 * are taken wider, so that there are chains enough to hide the latency. */
#if V_REGISTERS >= 32
enum { MOST_ROWS = 12, MOST_WIDTH = 4 };
#else
enum { MOST_ROWS = 6, MOST_WIDTH = 2 };
#endif

/* Rows of B that are asked for ahead of their use, and that a column of tiles works on at a time;
 * rows and floats of the block of A that all columns of tiles share. */
enum { PREFETCH_ROWS = 8, INNER_BLOCK = 512, MOST_BLOCK_ROWS = 512 };
enum { BLOCK_FLOATS = MOST_BLOCK_ROWS * INNER_BLOCK };

/* From so many k on it pays to ask for a tile of C before it is computed, so that writing it need
 * not wait. */
enum { LEAST_INNER_TO_ASK = 48 };

/* Rows of B that push each other out of the caches are copied side by side where tiles enough use
 * them. */
enum { FEWEST_TILES_TO_PACK = 4, PACKED_WIDTH = 2 };

/* The product of one column of tiles over one block of the inner index: pointers are at its first
 * column and its first k. Tiles start from start + i * start_row: from the same row for all, or, in
 * a later block, from the sums in C so far (a float that is stored and loaded again is the same).
 */
typedef struct Part {
    const Product *of; /* for its strides */
    float *c;
    const float *a, *b, *start, *waiting;
    size_t inner, b_row, start_row, n_waiting;
} Part;

static const float ZEROS[MOST_WIDTH * V_LANES];

#define TILE_PART static inline __attribute__((always_inline)) void

/* What waits is added from the left, the last one first. */
TILE_PART add_waiting(const Part *part, size_t i, int rows, int width, V *sum) {
    const Product *p = part->of;
    const float *waiting = part->n_waiting ? part->waiting + i * p->waiting_row : NULL;
    for (size_t n = part->n_waiting; n > 0; n--, waiting -= p->waiting_size) {
        V_UNROLL
        for (int r = 0; r < rows; r++) {
            V_UNROLL
            for (int w = 0; w < width; w++) {
                const float *left = waiting + (size_t)r * p->waiting_row + w * V_LANES;
                sum[r * width + w] = v_add(v_load(left), sum[r * width + w]);
            }
        }
    }
}

TILE_PART ask_for_tile(const float *c, size_t c_row, int rows, int width) {
    V_UNROLL
    for (int r = 0; r < rows; r++) {
        V_UNROLL
        for (int w = 0; w < width; w++)
            __builtin_prefetch(c + (size_t)r * c_row + w * V_LANES, 1);
    }
}

/* Computes the tile of rows i, i + 1, ... of C. rows and width are constants after inlining. */
TILE_PART product_tile(const Part *part, size_t i, int rows, int width) {
    const Product *p = part->of;
    const size_t a_row = p->a_row, a_inner = p->a_inner, b_row = part->b_row, c_row = p->c_row;
    const float *start = part->start + i * part->start_row;
    V sum[MOST_ROWS * MOST_WIDTH];
    V_UNROLL
    for (int r = 0; r < rows; r++) {
        V_UNROLL
        for (int w = 0; w < width; w++)
            sum[r * width + w] = v_load(start + w * V_LANES);
        start += part->start_row;
    }
    /* One pointer for three rows: r, r + 1, r + 2 times a_row are addressing modes. */
    const float *a[(MOST_ROWS + 2) / 3];
    V_UNROLL
    for (int r = 0; r < rows; r += 3)
        a[r / 3] = part->a + (i + (size_t)r) * a_row;
    float *c = part->c + i * c_row;
    if (part->inner >= LEAST_INNER_TO_ASK)
        ask_for_tile(c, c_row, rows, width);
    const float *b = part->b;
    for (size_t k = part->inner; k > 0; k--) {
        V b_row_k[MOST_WIDTH];
        V_UNROLL
        for (int w = 0; w < width; w++) {
            b_row_k[w] = v_load(b + w * V_LANES);
            __builtin_prefetch(b + PREFETCH_ROWS * b_row + w * V_LANES);
        }
        V_UNROLL
        for (int r = 0; r < rows; r++) {
            const V a_element = v_set(a[r / 3][(size_t)(r % 3) * a_row]);
            V_UNROLL
            for (int w = 0; w < width; w++)
                sum[r * width + w] = v_fma(a_element, b_row_k[w], sum[r * width + w]);
        }
        b += b_row;
        V_UNROLL
        for (int r = 0; r < rows; r += 3)
            a[r / 3] += a_inner;
    }
    add_waiting(part, i, rows, width, sum);
    V_UNROLL
    for (int r = 0; r < rows; r++) {
        V_UNROLL
        for (int w = 0; w < width; w++)
            v_store(c + w * V_LANES, sum[r * width + w]);
        c += c_row;
    }
}

typedef void ProductTile(const Part *part, size_t i);

#define TILE(rows, width)                                                                          \
    static void product_tile_##rows##x##width(const Part *part, size_t i) {                        \
        product_tile(part, i, rows, width);                                                        \
    }
#define TILES_2(width) TILE(1, width) TILE(2, width)
#define TILES_6(width) TILES_2(width) TILE(3, width) TILE(4, width) TILE(5, width) TILE(6, width)
#define TILES_12(width)                                                                            \
    TILES_6(width)                                                                                 \
    TILE(7, width) TILE(8, width) TILE(9, width) TILE(10, width) TILE(11, width) TILE(12, width)

#define NAME(rows, width) [rows] = product_tile_##rows##x##width
#define NAMES_2(width)    NAME(1, width), NAME(2, width)
#define NAMES_6(width)                                                                             \
    NAMES_2(width), NAME(3, width), NAME(4, width), NAME(5, width), NAME(6, width)
#define NAMES_12(width)                                                                            \
    NAMES_6(width), NAME(7, width), NAME(8, width), NAME(9, width), NAME(10, width),               \
        NAME(11, width), NAME(12, width)

/* Tiles of one width, by their number of rows; widest first. */
typedef struct TileWidth {
    size_t width, most_rows;
    int needs_few_rows; /* not for more rows than one tile has */
    ProductTile *of_rows[MOST_ROWS + 1];
} TileWidth;

#if V_REGISTERS >= 32
TILES_6(4)
TILES_12(2)
TILES_12(1)
static const TileWidth TILE_WIDTHS[] = {
    {4, 6, 1, {NAMES_6(4)}},
    {2, 12, 0, {NAMES_12(2)}},
    {1, 12, 0, {NAMES_12(1)}},
};
#else
TILES_2(2)
TILES_6(1)
static const TileWidth TILE_WIDTHS[] = {
    {2, 2, 1, {NAMES_2(2)}},
    {1, 6, 0, {NAMES_6(1)}},
};
#endif

/* Rows are split evenly, 32 as 11 + 11 + 10: a last tile of 8 would not hide the latency. */
typedef struct RowTiles {
    size_t n, least, n_longer; /* the first n_longer tiles have a row more than the others */
} RowTiles;

/* Counting to so few tiles is quicker than another division. */
static inline RowTiles split_rows(size_t rows, size_t most_rows) {
    if (rows <= most_rows)
        return (RowTiles){1, rows, 0};
    size_t n = 2;
    while (n * most_rows < rows)
        n++;
    return (RowTiles){n, rows / n, rows % n};
}

typedef void PartRun(const Part *part, RowTiles rows, const TileWidth *tiles);

static inline void part_run(const Part *part, RowTiles rows, const TileWidth *tiles) {
    for (size_t t = 0, i = 0; t < rows.n; t++) {
        const size_t n_rows = rows.least + (t < rows.n_longer);
        tiles->of_rows[n_rows](part, i);
        i += n_rows;
    }
}

/* Rows of B next to each other. */
static void pack_rows(float *packed, const float *b, size_t b_row, size_t rows) {
    for (size_t k = 0; k < rows; k++) {
        V_UNROLL
        for (size_t w = 0; w < PACKED_WIDTH; w++)
            v_store(packed + (k * PACKED_WIDTH + w) * V_LANES, v_load(b + k * b_row + w * V_LANES));
    }
}

/* One column of tiles over one block of the inner index. */
static __attribute__((noinline)) void part_run_packed(const Part *part, RowTiles rows,
                                                      const TileWidth *tiles) {
    _Alignas(64) float packed[INNER_BLOCK * PACKED_WIDTH * V_LANES];
    pack_rows(packed, part->b, part->b_row, part->inner);
    Part packed_part = *part;
    packed_part.b = packed;
    packed_part.b_row = PACKED_WIDTH * V_LANES;
    part_run(&packed_part, rows, tiles);
}

/* One column of tiles from column j on, block after block of the inner index. */
static inline void product_column(const Product *p, size_t j, RowTiles rows, const TileWidth *tiles,
                                  PartRun *run) {
    Part part = {.of = p,
                 .c = p->c + j,
                 .a = p->a,
                 .b = p->b + j,
                 .b_row = p->b_row,
                 .start = p->start ? p->start + j : ZEROS,
                 .start_row = p->start_row};
    size_t left = p->inner;
    for (size_t blocks = (left + INNER_BLOCK - 1) / INNER_BLOCK; blocks > 1; blocks--) {
        part.inner = left / blocks; /* evenly: a last block of few k would not pay for its loads */
        run(&part, rows, tiles);
        part.a += part.inner * p->a_inner;
        part.b += part.inner * p->b_row;
        part.start = part.c;
        part.start_row = p->c_row;
        left -= part.inner;
    }
    part.inner = left;
    part.n_waiting = p->n_waiting;
    part.waiting = p->n_waiting > 0 ? p->waiting + j : NULL;
    run(&part, rows, tiles);
}

/* All columns of a product whose part of A stays in the second cache. */
static inline void product_block(const Product *p) {
    const size_t padded = compute_pad(p->columns);
    size_t j = 0;
    for (const TileWidth *tiles = TILE_WIDTHS; j < padded; tiles++) {
        const size_t width = tiles->width * V_LANES;
        if (j + width > padded || (tiles->needs_few_rows && p->rows > tiles->most_rows))
            continue;
        const RowTiles rows = split_rows(p->rows, tiles->most_rows);
        const int is_packed = p->b_row % CLASHING_FLOATS == 0 && tiles->width == PACKED_WIDTH &&
                              rows.n >= FEWEST_TILES_TO_PACK;
        for (; j + width <= padded; j += width) {
            if (is_packed)
                product_column(p, j, rows, tiles, part_run_packed);
            else
                product_column(p, j, rows, tiles, part_run);
        }
    }
}

/* A product of few rows, in blocks of the inner index. */
static void product_rows(const Product *p) {
    const size_t inner = BLOCK_FLOATS / p->rows / INNER_BLOCK * INNER_BLOCK;
    Product block = *p;
    for (size_t left = p->inner; left > 0; left -= block.inner) {
        block.inner = left < inner ? left : inner;
        block.n_waiting = left == block.inner ? p->n_waiting : 0;
        product_block(&block);
        block.a += block.inner * p->a_inner;
        block.b += block.inner * p->b_row;
        block.start = p->c;
        block.start_row = p->c_row;
    }
}

/* A product of many rows, in blocks of them. */
static void product_blocks(const Product *p) {
    Product block = *p;
    for (size_t left = p->rows; left > 0; left -= block.rows) {
        block.rows = left < MOST_BLOCK_ROWS ? left : MOST_BLOCK_ROWS;
        product_rows(&block);
        block.c += block.rows * p->c_row;
        block.a += block.rows * p->a_row;
        if (p->start)
            block.start += block.rows * p->start_row;
        if (p->n_waiting > 0)
            block.waiting += block.rows * p->waiting_row;
    }
}

static void product(const Product *p) {
    if (p->rows == 0)
        return;
    if (p->rows * p->inner <= BLOCK_FLOATS)
        product_block(p);
    else
        product_blocks(p);
}

#endif
