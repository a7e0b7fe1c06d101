# A training that diverges says what to try, the likeliest first, by the trace that the cause has left.
load helper

# d.csv: two inputs and a target of about 1 in size, each passed through an expression of awk; d.ini: nothing is scaled.
diverging() {
    awk 'BEGIN {
        print "a,b,y"
        for (i = 0; i < 300; i++) {
            a = (i * 37 % 101) / 50 - 1; b = (i * 91 % 113) / 56 - 1; y = (a + 1) / 2 + (i % 7) / 10
            '"$1"'
            printf "%g,%g,%g\n", a, b, y
        }
    }' >d.csv
    printf '[data]\nfile = d.csv\ntarget = y\ntask = regression\n[preprocess]\nscale = none\ntarget_scale = none\n' >d.ini
    printf '[optimizer]\nname = sgd\n[training]\nepochs = 30\n[network]\nhidden = 16, 16\n' >>d.ini
}

# advises TEXT [OVERRIDE ...]: what stands behind "try", from its start.
advises() {
    local text=$1
    shift
    run -5 "$NNTRAIN" -q d.ini "$@"
    contains "$output" "; try $text"
}

@test "nothing is wrong with what the causes are added to" {
    diverging ""
    "$NNTRAIN" -q d.ini
}

@test "a learning rate far above the usual one comes first" {
    diverging ""
    advises "a smaller optimizer.learning_rate (1e+05 is 1e+07 times the usual one), regularization.clip_norm = 1, or " \
        optimizer.learning_rate=1e5
    advises "a smaller optimizer.learning_rate (1e+05 is 1e+07 times the usual one), a smaller regularization.clip_norm, or " \
        optimizer.learning_rate=1e5 regularization.clip_norm=1e9
}

@test "inputs that are not scaled come first" {
    diverging "a = a * 1e6 + 3e6"
    advises "preprocess.scale = standard (a column of inputs is usually 3.02e+06 in size), "
    "$NNTRAIN" -q d.ini preprocess.scale=standard
}

@test "a target that is not scaled comes first" {
    diverging "y = y * 1e6 + 5e6"
    advises "preprocess.target_scale = standard (targets are usually 5.82e+06 in size), "
    "$NNTRAIN" -q d.ini preprocess.target_scale=standard
}

@test "a value unlike the others comes first, and its line is named" {
    diverging 'if (i == 98) a = 4e30'
    advises "mending the data (an input of this batch is 4e+30, where 0.48 is usual), "
    contains "$output" "; most extreme rows of the batch: d.csv:100 (a, "
    diverging 'if (i == 98) y = -4e30'
    advises "mending the data (a target of this batch is -4e+30, where 0.82 is usual), "
    contains "$output" "; most extreme rows of the batch: d.csv:100 (y, "
}

@test "start weights that are too large come first" {
    diverging ""
    advises "smaller start weights (init.weights = auto; they make the inputs 8.59e+09 times as large), " \
        init.weights=normal init.std=1000
}

@test "gradients that grow at a usual rate are to be clipped first" {
    diverging ""
    advises "regularization.clip_norm = 1 (the gradient grew 684 times in a few steps), " \
        network.hidden=64,64,64,64,64,64,64,64 optimizer.name=momentum optimizer.learning_rate=0.05
    "$NNTRAIN" -q d.ini network.hidden=64,64,64,64,64,64,64,64 optimizer.name=momentum optimizer.learning_rate=0.05 \
        regularization.clip_norm=1
}

@test "an optimizer that is given small batches is to be given all rows first" {
    diverging ""
    advises "training.batch_size = full, which this optimizer needs, " optimizer.name=lbfgs optimizer.learning_rate=1e6 \
        init.weights=normal init.std=1e6
}
