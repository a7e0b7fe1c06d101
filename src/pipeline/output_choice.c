#include "pipeline/output_choice.h"

#include "base/text.h"

static bool names_output(const Loss *loss, const char *name) {
    TextList names = {0};
    const char *problem;
    bool found = text_split_list(loss->outputs, &names, &problem) && text_list_has(&names, name);
    text_list_free(&names);
    return found;
}

const Loss *loss_for(const Task *task, const Output *output) {
    const Loss *usual = (const Loss *)kind_find(loss_kinds(), task->loss);
    if (names_output(usual, output->kind.name)) {
        return usual;
    }
    for (size_t i = 0; i < loss_kinds()->n; i++) {
        const Loss *loss = (const Loss *)kind_at(loss_kinds(), i);
        if ((loss->tasks & task->bit) && names_output(loss, output->kind.name)) {
            return loss;
        }
    }
    return NULL;
}

const Output *output_for(const Task *task, const Loss *loss) {
    const Output *usual = (const Output *)kind_find(output_kinds(), task->output);
    if (!loss || names_output(loss, usual->kind.name)) {
        return usual;
    }
    for (size_t i = 0; i < output_kinds()->n; i++) {
        const Output *output = (const Output *)kind_at(output_kinds(), i);
        if ((output->tasks & task->bit) && names_output(loss, output->kind.name)) {
            return output;
        }
    }
    return NULL;
}
