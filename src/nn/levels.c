/* The tables of the level files in this folder, as compiled for the level in use. */
#include "compute/level.h"
#include "nn/activation.h"
#include "nn/loss.h"
#include "nn/norm.h"
#include "nn/optimizer.h"

DECLARE_LEVELS(const KindTable, activation_kinds);
DECLARE_LEVELS(const KindTable, output_kinds);
DECLARE_LEVELS(const KindTable, loss_kinds);
DECLARE_LEVELS(const KindTable, optimizer_kinds);
DECLARE_LEVELS(const KindTable, norm_kinds);

const KindTable *activation_kinds(void) { return BY_LEVEL(activation_kinds); }
const KindTable *output_kinds(void) { return BY_LEVEL(output_kinds); }
const KindTable *loss_kinds(void) { return BY_LEVEL(loss_kinds); }
const KindTable *optimizer_kinds(void) { return BY_LEVEL(optimizer_kinds); }
const KindTable *norm_kinds(void) { return BY_LEVEL(norm_kinds); }
