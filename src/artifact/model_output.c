/* The members "task" and "output" of model.json; see model_section.h. */
#include <math.h>
#include <string.h>

#include "artifact/model_section.h"
#include "base/memory.h"

static bool is_number(const Task *task) { return !task->has_classes && !task->has_probabilities; }

/* Is there one output value that a threshold cuts? */
static bool is_cut(const Task *task) { return !is_number(task) && !task->outputs_per_class; }

void model_output_add(Json *root, const ModelFile *file) {
    const Target *target = &file->target;
    Json *output = json_add_object(root, "output");
    /* One target column: its name and its scale; several: lists of them. */
    if (target->names.n == 1) {
        json_add_text(output, "name", target->names.items[0]);
    } else {
        json_add_texts(output, "name", &target->names);
    }
    json_add_text(output, "activation", file->network.output->kind.name);
    if (target->task->has_classes) {
        json_add_texts(output, "classes", &target->classes);
    }
    if (is_cut(target->task)) {
        json_add_double(output, "threshold", file->threshold);
    }
    if (!is_number(target->task)) {
        return;
    }
    if (target->names.n == 1) {
        model_scale_add(output, "scale", target->scaler, &target->scalings[0]);
        return;
    }
    Json *scales = json_add_array(output, "scale");
    for (size_t i = 0; i < target->names.n; i++) {
        model_scale_add(scales, NULL, target->scaler, &target->scalings[i]);
    }
}

static bool get_names(const JsonAt *output, Target *target, Error *err) {
    const char *name = "";
    if (json_is_array(output, "name")) {
        return json_get_texts(output, "name", &target->names, err) &&
               (target->names.n > 1 ||
                json_fail(output, err, "a list of names must have two or more"));
    }
    const bool good = json_get_text(output, "name", &name, err);
    if (good) {
        text_list_add(&target->names, name);
    }
    return good;
}

static bool get_classes(const JsonAt *output, Target *target, Error *err) {
    if (!json_get_texts(output, "classes", &target->classes, err)) {
        return false;
    }
    const size_t n = target->classes.n;
    if (target->names.n != 1 || n < 2 || (!target->task->outputs_per_class && n != 2)) {
        return json_fail(output, err, "%zu classes and %zu target columns do not fit task %s", n,
                         target->names.n, target->task->kind.name);
    }
    return true;
}

static bool get_scale(const JsonAt *scale, Target *target, size_t index, Error *err) {
    const Scaler *scaler = NULL;
    if (!json_is_object(scale, err) ||
        !model_scale_get(scale, &scaler, &target->scalings[index], err)) {
        return false;
    }
    if (!scaler->is_linear || (index > 0 && scaler != target->scaler)) {
        return json_fail(scale, err, "targets must have one scaler that can be undone");
    }
    target->scaler = scaler;
    return true;
}

static bool get_scales(const JsonAt *output, Target *target, Error *err) {
    JsonAt scales;
    target->scalings = NEW(Scaling, target->names.n);
    if (target->names.n == 1) {
        return json_get_object(output, "scale", &scales, err) && get_scale(&scales, target, 0, err);
    }
    if (!json_get_array(output, "scale", &scales, err)) {
        return false;
    }
    if (json_length(&scales) != target->names.n) {
        return json_fail(&scales, err, "has %zu entries for %zu targets", json_length(&scales),
                         target->names.n);
    }
    for (JsonAt scale = json_first(&scales); scale.value; json_next(&scale)) {
        if (!get_scale(&scale, target, scale.index, err)) {
            return false;
        }
    }
    return true;
}

static bool get_activation(const JsonAt *output, const Task *task, const Output **activation,
                           Error *err) {
    const Kind *kind = NULL;
    if (!json_get_kind(output, "activation", output_kinds(), &kind, err)) {
        return false;
    }
    *activation = (const Output *)kind;
    return ((*activation)->tasks & task->bit) ||
           json_fail(output, err, "activation %s does not fit task %s", kind->name,
                     task->kind.name);
}

bool model_output_get(const JsonAt *root, ModelFile *file, const Output **activation, Error *err) {
    Target *target = &file->target;
    JsonAt output;
    const Kind *task = NULL;
    if (!json_get_kind(root, "task", task_kinds(), &task, err) ||
        !json_get_object(root, "output", &output, err) ||
        !json_has_only(&output, "name activation classes threshold scale", err) ||
        !get_names(&output, target, err)) {
        return false;
    }
    target->task = (const Task *)task;
    file->threshold = (double)NAN;
    return get_activation(&output, target->task, activation, err) &&
           (!target->task->has_classes || get_classes(&output, target, err)) &&
           (!is_cut(target->task) ||
            json_get_double_or_null(&output, "threshold", &file->threshold, err)) &&
           (!is_number(target->task) || get_scales(&output, target, err));
}
