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

/* Computes the tile at row i and column j of C. rows and width are constants after inlining. */
static inline __attribute__((always_inline)) void product_tile(const Product *p, size_t i, size_t j,
                                                               int rows, int width) {
    V sum[MOST_ROWS * MOST_WIDTH];
    V_UNROLL
    for (int w = 0; w < width; w++) {
        const V start = p->start ? v_load(p->start + j + (size_t)w * V_LANES) : v_zero();
        V_UNROLL
        for (int r = 0; r < rows; r++)
            sum[r * width + w] = start;
    }
    const size_t a_row = p->a_row, a_inner = p->a_inner, b_row = p->b_row, c_row = p->c_row;
    const float *b = p->b + j;
    float *c = p->c + i * c_row + j;
    /* One pointer for three rows: r, r + 1, r + 2 times a_row are addressing modes. */
    const float *a[(MOST_ROWS + 2) / 3];
    V_UNROLL
    for (int r = 0; r < rows; r += 3)
        a[r / 3] = p->a + (i + (size_t)r) * a_row;
    for (size_t k = p->inner; k > 0; k--) {
        V b_row_k[MOST_WIDTH];
        V_UNROLL
        for (int w = 0; w < width; w++)
            b_row_k[w] = v_load(b + w * V_LANES);
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
    V_UNROLL
    for (int r = 0; r < rows; r++) {
        V_UNROLL
        for (int w = 0; w < width; w++)
            v_store(c + w * V_LANES, sum[r * width + w]);
        c += c_row;
    }
}

typedef void ProductTile(const Product *p, size_t i, size_t j);

#define TILE(rows, width)                                                                          \
    static void product_tile_##rows##x##width(const Product *p, size_t i, size_t j) {              \
        product_tile(p, i, j, rows, width);                                                        \
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
    ProductTile *of_rows[MOST_ROWS + 1];
} TileWidth;

#if V_REGISTERS >= 32
TILES_6(4)
TILES_12(2)
TILES_12(1) static const TileWidth TILE_WIDTHS[] = {
    {4, 6, {NAMES_6(4)}},
    {2, 12, {NAMES_12(2)}},
    {1, 12, {NAMES_12(1)}},
};
#else
TILES_2(2)
TILES_6(1)
static const TileWidth TILE_WIDTHS[] = {
    {2, 2, {NAMES_2(2)}},
    {1, 6, {NAMES_6(1)}},
};
#endif

static void product(const Product *p) {
    /* Rows are split evenly, 32 as 11 + 11 + 10: a last tile of 8 would not hide the latency. */
    const size_t n_tiles = (p->rows + MOST_ROWS - 1) / MOST_ROWS;
    if (n_tiles == 0)
        return;
    const size_t tile_rows = p->rows / n_tiles, n_longer = p->rows % n_tiles;
    const size_t most_rows = tile_rows + (n_longer > 0);
    const size_t width = compute_pad(p->columns);
    const TileWidth *tiles = TILE_WIDTHS;
    for (size_t j = 0; j < width; j += tiles->width * V_LANES) {
        while (tiles->most_rows < most_rows || j + tiles->width * V_LANES > width)
            tiles++;
        for (size_t t = 0, i = 0; t < n_tiles; t++) {
            const size_t rows = tile_rows + (t < n_longer);
            tiles->of_rows[rows](p, i, j);
            i += rows;
        }
    }
}

#endif
