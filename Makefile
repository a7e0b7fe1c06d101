# nntrain: `make help` lists the targets.

# Names of Debian packages. The first two are installed by `make demo` and `make test` where they are missing.
PACKAGES       := libcsv-dev libinih-dev libcjson-dev zlib1g-dev libmd-dev
TEST_PACKAGES  := libcmocka-dev bats jq parallel util-linux locales strace python3-numpy python3-onnx groff-base zsh fish
LINT_PACKAGES  := clang clang-tidy clang-format cppcheck valgrind libclang-rt-14-dev shellcheck gcovr
ARM64_PACKAGES := qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross
# The browser in which reports are looked at, letters for it, and a terminal for pictures of the console.
REPORT_PACKAGES := chromium fonts-dejavu-core tmux
BENCH_PACKAGES := python3-optuna python3-torch python3-sklearn python3-pandas libopenblas0-pthread libfann-dev

# VARIANT names a folder of its own under build/, so that switching does not rebuild.
VARIANT  := release
CC       := gcc
OPTIMIZE := -O2
EXTRA    :=
# Of what is compiled once per level only, and of programs only.
LEVEL_EXTRA :=
LINK_EXTRA  :=

BUILD    := build/$(VARIANT)
VERSION  := 0.1.0
# WERROR=-Werror, here or in the environment: warnings are errors.
WERROR   ?=
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wdouble-promotion -Wstrict-prototypes -Wmissing-prototypes \
            -Wwrite-strings -Wvla $(WERROR)
# -ffp-contract=off: a fused multiply-add happens exactly where the source says so (the same bytes everywhere).
CFLAGS   := -std=c11 $(OPTIMIZE) -g $(WARNINGS) -ffp-contract=off -fno-math-errno -pthread $(EXTRA)
CPPFLAGS := -Isrc -D_GNU_SOURCE -DNNTRAIN_VERSION='"$(VERSION)"' -MMD -MP
LDLIBS   := -lcsv -linih -lcjson -lz -lmd -lm $(LINK_EXTRA)

# Sources that are compiled once per level (instruction set); see src/compute/level.h.
LEVEL_SOURCES := src/compute/kernels.c src/nn/activation.c src/nn/loss.c src/nn/loss_classes.c src/nn/optimizer.c src/nn/norm.c
LEVELS_x86_64  := portable avx2 avx512
LEVELS_aarch64 := portable neon
LEVELS := $(or $(LEVELS_$(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))),portable)
# Inlining sixteen instrumented lanes takes the compiler minutes.
LEVEL_portable := $(if $(findstring -fsanitize,$(EXTRA)),-fno-inline)
LEVEL_avx2     := -mavx2 -mfma -mprfchw
LEVEL_avx512   := -mavx512f -mavx512dq -mavx512vl -mavx512bw -mfma -mprfchw -mprefer-vector-width=512
# gcc would schedule loads so early that sums no longer fit in the registers.
LEVEL_neon     := -DVECTOR_NEON $(if $(findstring clang,$(CC)),,-fno-schedule-insns)

SOURCES    := $(filter-out $(LEVEL_SOURCES) src/main.c,$(sort $(wildcard src/*/*.c)))
LEVELLED   := $(wildcard $(LEVEL_SOURCES))
OBJECTS    := $(SOURCES:src/%.c=$(BUILD)/%.o) \
              $(foreach level,$(LEVELS),$(LEVELLED:src/%.c=$(BUILD)/%.$(level).o))
LIBRARY    := $(BUILD)/libnntrain.a
PROGRAM    := $(BUILD)/nntrain
# Helpers of unit tests that are compiled once per level, like LEVEL_SOURCES.
TEST_LEVEL := $(foreach level,$(LEVELS),$(patsubst tests/%.c,$(BUILD)/%.$(level).o,$(wildcard tests/unit/level_*.c)))
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(sort $(wildcard tests/unit/test_*.c)))
# Parts of unit tests that are compiled once per level.
UNIT_LEVEL := $(foreach level,$(LEVELS),$(patsubst tests/unit/%.c,$(BUILD)/unit/%.$(level).o,\
                $(sort $(wildcard tests/unit/level_*.c))))

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:

all: nntrain ## build ./nntrain
.PHONY: all

# Two jobs, where the caller has not said how many.
JOBS = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j2)

demo: deps ## install what is missing, build, and train a network on configs/iris.ini
	@$(MAKE) --no-print-directory $(JOBS) nntrain
	./nntrain configs/iris.ini
	@echo "its report is runs/iris/report.html; README.md goes on with a CSV of your own"
.PHONY: demo

# install(packages,options): those that are missing, through apt where there is one.
define install
	@missing=$$(for p in $(1); do dpkg -s $$p >/dev/null 2>&1 || echo $$p; done); \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then \
	    echo "please install (Debian's names): $(1)"; exit 0; \
	fi; \
	if [ "$$(id -u)" = 0 ]; then root=; else root=sudo; fi; \
	echo "installing $$missing"; \
	$$root apt-get update -qq && \
	$$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(2) $$missing >/dev/null
endef

deps: ## install the libraries that the program is linked with
	$(call install,$(PACKAGES))
test-deps: deps ## ... and what the tests need
	$(call install,$(TEST_PACKAGES))
lint-deps: test-deps ## ... and what the checks of the source need
	$(call install,$(LINT_PACKAGES))
arm64-deps: test-deps ## ... and what building and emulating for arm64 needs
	$(call install,$(ARM64_PACKAGES),--no-install-recommends)
bench-deps: test-deps ## ... and the peers that benchmarks compare with
	$(call install,$(BENCH_PACKAGES))
report-deps: test-deps ## ... and the browser that opens reports
	$(call install,$(REPORT_PACKAGES),--no-install-recommends)
.PHONY: deps test-deps lint-deps arm64-deps bench-deps report-deps

nntrain: $(PROGRAM)
	@ln -sf $(PROGRAM) $@

$(PROGRAM): $(BUILD)/main.o $(LIBRARY)
	@echo "  link $@"
	@$(CC) $(CFLAGS) -o $@ $< $(LIBRARY) $(LDLIBS)

$(LIBRARY): $(OBJECTS)
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/%.o: src/%.c
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

define level_rule
$(BUILD)/%.$(1).o: src/%.c
	@mkdir -p $$(@D)
	@echo "  cc $$< ($(1))"
	@$$(CC) $$(CPPFLAGS) $$(CFLAGS) $$(LEVEL_$(1)) $$(LEVEL_EXTRA) -DLEVEL=$(1) -c -o $$@ $$<

$(BUILD)/unit/%.$(1).o: tests/unit/%.c
	@mkdir -p $$(@D)
	@$$(CC) $$(CPPFLAGS) -Itests/unit $$(CFLAGS) $$(LEVEL_$(1)) $$(LEVEL_EXTRA) -DLEVEL=$(1) -c -o $$@ $$<

$(BUILD)/bench/%.$(1).o: tests/bench/%.c
	@mkdir -p $$(@D)
	@$$(CC) $$(CPPFLAGS) $$(CFLAGS) $$(LEVEL_$(1)) -DLEVEL=$(1) -c -o $$@ $$<
endef
$(foreach level,$(LEVELS),$(eval $(call level_rule,$(level))))

$(BUILD)/unit/%: tests/unit/%.c $(LIBRARY) $(UNIT_LEVEL)
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CPPFLAGS) -Itests/unit $(CFLAGS) -o $@ $< $(UNIT_LEVEL) $(LIBRARY) -lcmocka $(LDLIBS)

# Where `make install` puts things; DESTDIR goes before all of them.
PREFIX      := /usr/local
DESTDIR     :=
SHARE       := $(DESTDIR)$(PREFIX)/share
ZSH_FOLDER  := $(SHARE)/zsh/site-functions
INSTALLED   := $(DESTDIR)$(PREFIX)/bin/nntrain $(SHARE)/man/man1/nntrain.1 \
               $(SHARE)/bash-completion/completions/nntrain $(ZSH_FOLDER)/_nntrain \
               $(SHARE)/fish/vendor_completions.d/nntrain.fish $(SHARE)/doc/nntrain

install: $(PROGRAM) ## install program, manual page, completions and examples below PREFIX=/usr/local (and DESTDIR)
	@install -d $(sort $(dir $(INSTALLED))) $(addprefix $(SHARE)/doc/nntrain/,docs/pictures examples/configs examples/data)
	install $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/nntrain
	@$(PROGRAM) help man >$(SHARE)/man/man1/nntrain.1
	@$(PROGRAM) help completion-bash >$(SHARE)/bash-completion/completions/nntrain
	@$(PROGRAM) help completion-zsh >$(ZSH_FOLDER)/_nntrain
	@$(PROGRAM) help completion-fish >$(SHARE)/fish/vendor_completions.d/nntrain.fish
	@install -m 644 README.md LICENSE $(SHARE)/doc/nntrain
	@install -m 644 docs/*.md $(SHARE)/doc/nntrain/docs
	@install -m 644 docs/pictures/* $(SHARE)/doc/nntrain/docs/pictures
	@install -m 644 configs/*.ini $(SHARE)/doc/nntrain/examples/configs
	@install -m 644 data/*.csv data/README.md $(SHARE)/doc/nntrain/examples/data
uninstall: ## remove what `make install` put there
	rm -rf $(INSTALLED)
.PHONY: install uninstall

deb: $(PROGRAM) ## make a Debian package, build/nntrain_VERSION_ARCHITECTURE.deb
	@tests/deb.sh $(PROGRAM) $(VERSION) build
dist: ## make an archive of the sources, build/nntrain-VERSION.tar.gz
	@mkdir -p build
	git archive --format=tar --prefix=nntrain-$(VERSION)/ HEAD | gzip -9n >build/nntrain-$(VERSION).tar.gz
.PHONY: deb dist

# Libraries without an archive stay shared; with all of them the program needs nothing at all.
ARCHIVE_OF  = $(wildcard $(shell $(CC) -print-file-name=lib$(1).a))
SHARED_ONLY = $(foreach library,$(LDLIBS:-l%=%),$(if $(call ARCHIVE_OF,$(library)),,$(library)))
STATIC_LIBS = $(if $(SHARED_ONLY),$(foreach library,$(LDLIBS:-l%=%),$(if $(filter m $(SHARED_ONLY),$(library)),\
                -l$(library),-l:lib$(library).a)),-static $(LDLIBS))
static: $(BUILD)/main.o $(LIBRARY) ## link build/static/nntrain with the archives of libraries, where there are any
	@mkdir -p build/static
	@$(CC) $(CFLAGS) -o build/static/nntrain $^ $(STATIC_LIBS)
	@echo "build/static/nntrain: $(if $(SHARED_ONLY),still needs shared libc and $(SHARED_ONLY:%=lib%),needs no library)"
.PHONY: static

unit: $(UNIT_TESTS) ## run the unit tests
	@RUNNER="$(RUNNER)" tests/units.sh $^
.PHONY: unit

# Files of tests side by side.
BATS = bats --jobs $(shell nproc) --no-parallelize-within-files
cli: nntrain ## run the tests of the program as its users meet it
	NNTRAIN="$(CURDIR)/$(PROGRAM)" $(BATS) tests/cli
.PHONY: cli

same-bytes: nntrain ## check that threads and levels (processors) never change a byte that is written
	tests/same_bytes.sh $(PROGRAM)
.PHONY: same-bytes

onnx-runtime: ## install onnxruntime of 2022 and of today for `make exports`, where there is npm
	@tests/onnx_runtime.sh build/onnxruntime || echo "no onnxruntime: ONNX exports are checked, and not run"
exports: test-deps nntrain onnx-runtime ## compare exported models with `nntrain predict`, on every row of every config's data
	tests/exports.py $(PROGRAM)
.PHONY: exports onnx-runtime

corpus: nntrain ## feed the program bad inputs; exit codes, messages and the disk must be as kept
	tests/corpus/corpus.py $(PROGRAM)
corpus-update: nntrain ## ... and keep the messages that it gives now
	tests/corpus/corpus.py $(PROGRAM) --update
.PHONY: corpus corpus-update

# Fuzz targets: with libFuzzer under `make fuzz`, with a plain driver over kept inputs under `make test`.
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_DRIVER  := tests/fuzz/replay.c
$(BUILD)/fuzz/mutants: override FUZZ_DRIVER :=
$(BUILD)/fuzz/%: tests/fuzz/%.c $(wildcard tests/fuzz/*.h) tests/fuzz/replay.c $(LIBRARY)
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CPPFLAGS) -Itests/fuzz $(CFLAGS) -o $@ $< $(FUZZ_DRIVER) $(LIBRARY) $(LDLIBS)

build/models: $(PROGRAM) tests/fuzz/models.sh
	@rm -rf $@
	@tests/fuzz/models.sh $(PROGRAM) $@
build/seeds: $(PROGRAM) $(wildcard tests/corpus/*.py) build/models
	@rm -rf $@
	@tests/corpus/corpus.py $(PROGRAM) --seeds $@
	@for model in build/models/*; do cp $$model/model.json $@/model/$${model##*/}; done
fuzz-targets: $(FUZZ_TARGETS:%=$(BUILD)/fuzz/%)
fuzz-replay: fuzz-targets build/seeds ## run the fuzz targets over the corpus and over what once was a mistake
	@for target in $(FUZZ_TARGETS:fuzz_%=%); do \
	    $(BUILD)/fuzz/fuzz_$$target build/seeds/$$target tests/fuzz/found/$$target 2>build/replay.log || \
	    { cat build/replay.log; exit 1; }; done

# Seconds for each target.
SECONDS := 60
FUZZ_BUILD := VARIANT=fuzz CC=clang OPTIMIZE=-O1 FUZZ_DRIVER=-fsanitize=fuzzer \
              EXTRA="-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-coverage=trace-cmp -fno-sanitize-recover=all -fno-omit-frame-pointer"
fuzz: lint-deps build/seeds ## fuzz each target for SECONDS=60 (numbers four times as long) under ASan and UBSan; inputs that fail are kept in build/fuzz
	@$(MAKE) --no-print-directory $(JOBS) $(FUZZ_BUILD) fuzz-targets
	@tests/fuzz/fuzz.sh build/fuzz/fuzz $(SECONDS) $(FUZZ_TARGETS)
.PHONY: fuzz fuzz-replay fuzz-targets

# MUTANTS: how many changes of structure, each with the old hash and signed anew; SEED as for torture.
MUTANTS := 100000
MUTATED := $$(for model in build/models/*; do echo $$model/model.json $$model/data.csv; done)
mutants: lint-deps build/models ## every truncation and changed bit of small models, and MUTANTS=100000 of other structure, under ASan
	@$(MAKE) --no-print-directory $(JOBS) $(FUZZ_BUILD) build/fuzz/fuzz/mutants
	@mkdir -p build/fuzz/failed
	@ASAN_OPTIONS=abort_on_error=1 build/fuzz/fuzz/mutants $(MUTANTS) $(SEED) \
	    $(MUTATED)
.PHONY: mutants

# The program with calls that can be made to fail; see tests/faults/faults.c. FAULTS: at most so many calls of a kind.
FAULTS := 400
WRAPPED := open fopen read pread fread write fsync rename renameat2 close fclose fflush mkdir unlink rmdir stat lstat fstat \
           fdopendir flock ftruncate clock_gettime pthread_create
$(BUILD)/faults/nntrain: tests/faults/faults.c $(BUILD)/main.o $(LIBRARY)
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(filter-out $(WARNINGS),$(CFLAGS)) $(WRAPPED:%=-Wl,--wrap=%) -o $@ $< $(BUILD)/main.o $(LIBRARY) $(LDLIBS)
faults: test-deps nntrain $(BUILD)/faults/nntrain ## let calls fail, one by one: memory, files, threads; nothing may be lost or torn
	tests/faults/faults.py $(BUILD)/faults/nntrain $(FAULTS)
	tests/faults/strace.sh $(PROGRAM)
.PHONY: faults

# SECONDS as above, for all parts together; SEED makes what is random the same again. PARTS: kills calls disk stops crowd.
SEED  := 1
PARTS :=
torture: test-deps nntrain ## kill, starve and stop the program for SECONDS=60: nothing is lost, and runs go on to the same bytes
	tests/torture/torture.py $(PROGRAM) $(SECONDS) $(SEED) $(PARTS)
.PHONY: torture

report-test: report-deps nntrain ## open reports in a browser: three widths, light and dark, without script, without styles
	NNTRAIN="$(CURDIR)/$(PROGRAM)" bats tests/browser
.PHONY: report-test

layers: ## check that includes point downward
	tests/layers.sh
.PHONY: layers

$(BUILD)/exhaustive/%: tests/exhaustive/%.c $(LIBRARY)
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CPPFLAGS) -Itests/unit $(CFLAGS) -o $@ $< $(LIBRARY) $(LDLIBS)

exhaustive: $(BUILD)/exhaustive/sweep_functions ## elementary functions for all 2^32 floats: errors and bits
	$<
.PHONY: exhaustive

# STRIDE: every so many of the 2^32 floats (1: all of them), from number FIRST on; TEXTS: millions of random texts.
STRIDE := 1
TEXTS  := 1000
FIRST  := 0
float-text: $(BUILD)/exhaustive/float_text ## all 2^32 floats through text and back, 10^9 texts against strtod: an hour
	$< $(STRIDE) $(TEXTS) $(FIRST)
.PHONY: float-text

# Lines of each file that the unit tests, the corpus, the tests of the program, exports, kept and changed inputs, and
# failing calls run through; the corpus early, for limits on files cut counters too. What is compiled once per level has
# its functions several times, which gcovr cannot merge: it is left out.
COVERAGE_BUILD := VARIANT=coverage OPTIMIZE=-O0 EXTRA="-fprofile-arcs -ftest-coverage" \
                  LEVEL_EXTRA="-O2 -fno-profile-arcs -fno-test-coverage" LINK_EXTRA="-Wl,--wrap=raise tests/coverage/dump_at_death.c"
coverage: lint-deps nntrain ## lines that the tests run through, file by file: a quarter of an hour
	@$(MAKE) --no-print-directory $(JOBS) $(COVERAGE_BUILD) units build/coverage/nntrain build/coverage/faults/nntrain \
	    fuzz-targets build/coverage/fuzz/mutants build/seeds
	@find build/coverage -name '*.gcda' -delete
	@$(MAKE) --no-print-directory $(COVERAGE_BUILD) unit >/dev/null 2>&1 || true
	@chmod -R a+rwX build/coverage
	@CORPUS_SECONDS=20 tests/corpus/corpus.py build/coverage/nntrain >/dev/null || true
	@NNTRAIN="$(CURDIR)/build/coverage/nntrain" $(BATS) tests/cli >/dev/null 2>&1 || true
	@ONNX_RUNTIMES=none tests/exports.py build/coverage/nntrain >/dev/null || true
	@$(MAKE) --no-print-directory $(COVERAGE_BUILD) fuzz-replay >/dev/null || true
	@build/coverage/fuzz/mutants 20000 $(SEED) $(MUTATED) >/dev/null || true
	@tests/faults/faults.py build/coverage/faults/nntrain 12 >/dev/null || true
	gcovr --root . --filter src/ --gcov-ignore-parse-errors build/coverage
.PHONY: coverage

spills: $(LIBRARY) ## check that inner loops of the matrix products stay in registers
	tests/kernel_spills.sh $(patsubst %,$(BUILD)/compute/kernels.%.o,$(filter-out portable,$(LEVELS)))
.PHONY: spills

test: test-deps ## install what tests need, and run all of them
	@$(MAKE) --no-print-directory $(JOBS) nntrain units
	@$(MAKE) --no-print-directory unit cli corpus fuzz-replay layers spills
.PHONY: test

units: $(UNIT_TESTS)
.PHONY: units

# What is installed and packed is not instrumented.
SANITIZED_CLI := $(filter-out tests/cli/package.bats,$(sort $(wildcard tests/cli/*.bats)))
sanitize: lint-deps ## all tests under AddressSanitizer and UBSan
	@$(MAKE) --no-print-directory $(JOBS) VARIANT=sanitize OPTIMIZE="-O1" \
	    EXTRA="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer" units build/sanitize/nntrain
	@$(MAKE) --no-print-directory VARIANT=sanitize unit
	NNTRAIN="$(CURDIR)/build/sanitize/nntrain" $(BATS) $(SANITIZED_CLI)
	CORPUS_SECONDS=60 tests/corpus/corpus.py build/sanitize/nntrain
.PHONY: sanitize

# Programs that run threads.
THREADED := test_csv_paths test_team test_threads
tsan: test-deps ## the threaded tests, and a training by four threads, under ThreadSanitizer
	@$(MAKE) --no-print-directory $(JOBS) VARIANT=tsan OPTIMIZE="-O1" EXTRA="-fsanitize=thread" \
	    $(THREADED:%=build/tsan/unit/%) build/tsan/nntrain
	@for test in $(THREADED); do NNTRAIN_TEST_QUICK=1 build/tsan/unit/$$test || exit 1; done
	build/tsan/nntrain -q -j 4 configs/penguins.ini output.dir=build/tsan/run training.epochs=3 training.batch_size=100 \
	    preprocess.encode=embedding network.norm=batch regularization.clip_norm=1 evaluation.bootstrap=20 \
	    evaluation.importance=permutation "gate.test.accuracy=>= 0"
.PHONY: tsan

# Valgrind computes long double in 64 bits, and gives a fused multiply-add's zero another sign: left out are the tests
# that compare such bits, the one that only computes, for long, and the threads, which `make tsan` watches.
NOT_EMULATED := test_functions test_optimizer test_scalar test_threads test_vector
valgrind: lint-deps ## the unit tests under valgrind
	@$(MAKE) --no-print-directory $(JOBS) VARIANT=release units
	@$(MAKE) --no-print-directory unit UNIT_TESTS="$(filter-out $(NOT_EMULATED:%=$(BUILD)/unit/%),$(UNIT_TESTS))" \
	    RUNNER="env NNTRAIN_TEST_QUICK=1 valgrind -q --error-exitcode=1 --leak-check=full --soname-synonyms=somalloc=nouserintercepts"
.PHONY: valgrind

clang: lint-deps ## compile everything with clang, warnings as errors
	@$(MAKE) --no-print-directory $(JOBS) VARIANT=clang CC=clang OPTIMIZE=-O0 WERROR=-Werror units build/clang/nntrain
.PHONY: clang

# Differences between processors show in the levels and in what surrounds them: all unit tests run, under an emulator,
# and training gives the bytes of this machine. Left out: gradients, which only
# repeat kernels, for long, and threads, likewise; signals, which it delivers in its own way.
ARM64_ROOT   := build/arm64/root
ARM64_LIBS   := $(CURDIR)/$(ARM64_ROOT)/usr/lib/aarch64-linux-gnu
ARM64_RUN    := qemu-aarch64 -L /usr/aarch64-linux-gnu
ARM64_BUILD  := VARIANT=arm64 CC=aarch64-linux-gnu-gcc \
                EXTRA="-isystem $(ARM64_ROOT)/usr/include -L$(ARM64_LIBS) -Wl,-rpath,$(ARM64_LIBS)"
ARM64_PASSED := $(patsubst tests/unit/%.c,build/arm64/passed/%,\
                  $(filter-out tests/unit/test_gradients.c tests/unit/test_interrupt.c \
                    tests/unit/test_threads.c,$(sort $(wildcard tests/unit/test_*.c))))
$(ARM64_ROOT):
	tests/arm64_libraries.sh $@ $(PACKAGES) libcmocka-dev
build/arm64/passed/%: build/arm64/unit/%
	@mkdir -p $(@D)
	@NNTRAIN_TEST_QUICK=1 $(ARM64_RUN) $< >$@.log 2>&1 || { cat $@.log; exit 1; }
	@echo "  $* passed"
arm64-passed: $(ARM64_PASSED)
arm64: arm64-deps $(ARM64_ROOT) ## build for arm64, run the unit tests emulated, and compare bytes of training
	@$(MAKE) --no-print-directory $(JOBS) nntrain
	@$(MAKE) --no-print-directory $(JOBS) $(ARM64_BUILD) units build/arm64/nntrain
	@$(MAKE) --no-print-directory $(JOBS) $(ARM64_BUILD) arm64-passed
	@OBJDUMP=aarch64-linux-gnu-objdump $(MAKE) --no-print-directory $(ARM64_BUILD) spills
	tests/arm64_bytes.sh $(PROGRAM) $(ARM64_RUN) build/arm64/nntrain
	OTHER=aarch64-linux-gnu-gcc RUN="$(ARM64_RUN)" ONNX_RUNTIMES=none tests/exports.py $(PROGRAM) \
	    iris penguins embedding residual quantile multilabel binary poisson wide-range
.PHONY: arm64 arm64-passed

TIDY := $(patsubst src/%.c,build/tidy/%,$(filter-out $(LEVEL_SOURCES),$(sort $(wildcard src/*/*.c src/*.c))))
build/tidy/%: src/%.c .clang-tidy
	@mkdir -p $(@D)
	@clang-tidy --quiet $< -- $(filter-out -MMD -MP,$(CPPFLAGS)) -std=c11 2>/dev/null && touch $@
tidy: $(TIDY)
.PHONY: tidy

lint: lint-deps layers ## clang-tidy, cppcheck, clang-format, include directions, shell scripts
	cppcheck --quiet --enable=warning,performance,portability --inline-suppr --error-exitcode=1 --std=c11 -Isrc \
	    -DNNTRAIN_VERSION='""' -DLEVEL=portable src
	@$(MAKE) --no-print-directory -k $(JOBS) tidy
	clang-format --dry-run -Werror $$(git ls-files 'src/*.[ch]' 'tests/*.[ch]')
	shellcheck tests/*.sh tests/*/*.sh .ci/run
.PHONY: lint

format: ## format the sources
	@clang-format -i $$(git ls-files 'src/*.[ch]' 'tests/*.[ch]')
.PHONY: format

docs: nntrain ## refresh README.md and docs/: tables, lessons, what commands print
	tests/update_readme.sh
readme: docs
pictures: report-deps nntrain ## make the README's pictures again, in docs/pictures/
	tests/pictures.sh $(PROGRAM) docs/pictures
.PHONY: docs readme pictures

BENCH_LEVEL := $(foreach level,$(LEVELS),$(BUILD)/bench/level_peak.$(level).o)
$(BUILD)/bench/bench_%: tests/bench/bench_%.c tests/bench/fma_peak.c $(LIBRARY) $(BENCH_LEVEL)
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) -Itests/unit $(CFLAGS) -o $@ $< tests/bench/fma_peak.c $(BENCH_LEVEL) $(LIBRARY) $(LDLIBS)
$(BUILD)/bench/steps_fann: tests/bench/steps_fann.c
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $< -lfloatfann -lm

# Peers that are not installed are left out.
BENCHES := $(BUILD)/bench/bench_steps $(BUILD)/bench/bench_csv $(BUILD)/bench/bench_kernels \
           $(if $(wildcard /usr/include/floatfann.h),$(BUILD)/bench/steps_fann)
bench: nntrain $(BENCHES) ## goals of speed and memory, beside peers installed (BENCH=--quick)
	tests/bench/compare.py $(BUILD) $(BENCH)
bench-kernels: $(BUILD)/bench/bench_kernels ## time kernels alone, at every level
	$<
.PHONY: bench bench-kernels

bench-instructions: lint-deps $(BUILD)/bench/bench_steps ## count what a training step executes, against the numbers kept
	tests/bench/count_instructions.sh $(BUILD)/bench/bench_steps
.PHONY: bench-instructions

bench-accuracy: bench-deps nntrain ## compare test metrics with scikit-learn's MLP over ten seeds
	tests/bench/accuracy.py $(PROGRAM)
.PHONY: bench-accuracy

bench-search: bench-deps nntrain $(BUILD)/bench/bench_search ## compare what samplers find with Optuna, on functions and digits
	tests/bench/compare_search.py $(BUILD)/bench/bench_search $(PROGRAM)
.PHONY: bench-search

clean: ## remove everything that was built
	rm -rf build nntrain
.PHONY: clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16
.PHONY: help

-include $(shell find build -name '*.d' 2>/dev/null)
