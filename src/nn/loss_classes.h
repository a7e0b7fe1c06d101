/* Losses over a row of one logit per class, whose target is a class code: what loss.c takes for
 * more than two classes. A level file; the functions are those of the level it is compiled for. */
#ifndef NNTRAIN_NN_LOSS_CLASSES_H
#define NNTRAIN_NN_LOSS_CLASSES_H

#include "nn/loss.h"

#define loss_classes_cross_entropy AT_LEVEL(loss_classes_cross_entropy)
#define loss_classes_focal         AT_LEVEL(loss_classes_focal)
#define loss_classes_margin        AT_LEVEL(loss_classes_margin)

/* L = - sum over c of t_c log p_c,   p = softmax(z),   t_c = (1 - s) w_y [c = y] + s / K * w_c
 * for class y of K, label smoothing s and class weights w: PyTorch's CrossEntropyLoss before it
 * divides by sum w_y. */
void loss_classes_cross_entropy(const LossRows *in, float *losses, float *gradient);

/* L = - sum over c of t_c (1 - p_c)^gamma log p_c, t without weights; the row times w_y. */
void loss_classes_focal(const LossRows *in, float *losses, float *gradient);

/* L = (1 / K) sum over c != y of max(0, 1 - z_y + z_c), the row times w_y. */
void loss_classes_margin(const LossRows *in, float *losses, float *gradient);

#endif
