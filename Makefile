# nntrain: `make help` lists the targets.

# What is installed by `make deps` and, for the tests, `make test-deps` (names of Debian packages).
PACKAGES      := libcsv-dev libinih-dev libcjson-dev zlib1g-dev libmd-dev
TEST_PACKAGES := libcmocka-dev bats jq
LINT_PACKAGES := clang clang-tidy clang-format cppcheck valgrind libclang-rt-14-dev

# VARIANT names a folder of its own under build/, so that switching does not rebuild.
VARIANT  := release
CC       := gcc
OPTIMIZE := -O2
EXTRA    :=

BUILD    := build/$(VARIANT)
VERSION  := 0.1.0
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wdouble-promotion -Wstrict-prototypes -Wmissing-prototypes \
            -Wwrite-strings -Wvla
# -ffp-contract=off: a fused multiply-add happens exactly where the source says so (the same bytes everywhere).
CFLAGS   := -std=c11 $(OPTIMIZE) -g $(WARNINGS) -ffp-contract=off -fno-math-errno -pthread $(EXTRA)
CPPFLAGS := -Isrc -D_GNU_SOURCE -DNNTRAIN_VERSION='"$(VERSION)"' -MMD -MP
LDLIBS   := -lcsv -linih -lcjson -lz -lmd -lm

# Sources that are compiled once per level (instruction set); see src/compute/level.h.
LEVEL_SOURCES := src/compute/kernels.c src/nn/activation.c src/nn/loss.c src/nn/loss_classes.c src/nn/optimizer.c src/nn/norm.c
ifneq ($(filter x86_64%,$(shell $(CC) -dumpmachine)),)
LEVELS := portable avx2 avx512
else
LEVELS := portable
endif
LEVEL_portable :=
LEVEL_avx2     := -mavx2 -mfma
LEVEL_avx512   := -mavx512f -mavx512dq -mavx512vl -mavx512bw -mfma -mprefer-vector-width=512

SOURCES    := $(filter-out $(LEVEL_SOURCES) src/main.c,$(sort $(wildcard src/*/*.c)))
LEVELLED   := $(wildcard $(LEVEL_SOURCES))
OBJECTS    := $(SOURCES:src/%.c=$(BUILD)/%.o) \
              $(foreach level,$(LEVELS),$(LEVELLED:src/%.c=$(BUILD)/%.$(level).o))
LIBRARY    := $(BUILD)/libnntrain.a
PROGRAM    := $(BUILD)/nntrain
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(sort $(wildcard tests/unit/test_*.c)))
# Parts of unit tests that are compiled once per level.
UNIT_LEVEL := $(foreach level,$(LEVELS),$(patsubst tests/unit/%.c,$(BUILD)/unit/%.$(level).o,\
                $(sort $(wildcard tests/unit/level_*.c))))

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:

all: deps nntrain ## install what is missing and build ./nntrain
.PHONY: all

nntrain: $(PROGRAM)
	@ln -sf $(PROGRAM) $@

$(PROGRAM): $(BUILD)/main.o $(LIBRARY)
	$(CC) $(CFLAGS) -o $@ $< $(LIBRARY) $(LDLIBS)

$(LIBRARY): $(OBJECTS)
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

define level_rule
$(BUILD)/%.$(1).o: src/%.c
	@mkdir -p $$(@D)
	$$(CC) $$(CPPFLAGS) $$(CFLAGS) $$(LEVEL_$(1)) -DLEVEL=$(1) -c -o $$@ $$<

$(BUILD)/unit/%.$(1).o: tests/unit/%.c
	@mkdir -p $$(@D)
	$$(CC) $$(CPPFLAGS) -Itests/unit $$(CFLAGS) $$(LEVEL_$(1)) -DLEVEL=$(1) -c -o $$@ $$<
endef
$(foreach level,$(LEVELS),$(eval $(call level_rule,$(level))))

$(BUILD)/unit/%: tests/unit/%.c $(LIBRARY) $(UNIT_LEVEL)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests/unit $(CFLAGS) -o $@ $< $(UNIT_LEVEL) $(LIBRARY) -lcmocka $(LDLIBS)

unit: $(UNIT_TESTS) ## run the unit tests
	@for program in $^; do echo "$$program"; $(RUNNER) ./$$program || exit 1; done
.PHONY: unit

clean: ## remove everything that was built
	rm -rf build nntrain
.PHONY: clean

-include $(shell find build -name '*.d' 2>/dev/null)
