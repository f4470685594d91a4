# make           build exoledger in build/release
# make test      unit, property and story tests with sanitizers, on SQLite
# make check     everything that CI runs (./check installs what it needs first)
# make soak      what takes hours
# make analyse   what cppcheck, clang-tidy and gcc's analyser find
# make bench     measures it against plain programs, writes docs/benchmarks.md
# make help      this text

BUILD ?= build/release
CC = gcc
OPTIMISE ?= -O2 -g
SANITIZE ?=
VIDEO_PACKAGES = libavformat libavcodec libavutil libswscale libtiff-4 libseccomp
PACKAGES = sqlite3 libpq jansson libcrypto libsodium libmicrohttpd pangocairo
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes \
  -Wmissing-prototypes -Wswitch-enum -Wformat=2 -Wundef -Wvla -Wcast-qual -Wwrite-strings \
  -Wnull-dereference -Werror
CFLAGS = -std=c17 -D_GNU_SOURCE -Isrc -Itests/support $(OPTIMISE) $(SANITIZE) $(WARNINGS) \
  -ffp-contract=off -fno-common -fstack-protector-strong $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PACKAGES) $(VIDEO_PACKAGES)))
LDLIBS = $(shell pkg-config --libs $(PACKAGES)) -lzint -lm -lpthread
VIDEO_LIBS = $(shell pkg-config --libs $(VIDEO_PACKAGES))

# src/video is the second program, the only one that opens the files of cameras.
VIDEO = $(wildcard src/video/*.c)
MODULES = $(filter-out src/video/%,$(wildcard src/*/*.c))
ROOT = $(filter-out src/main.c,$(wildcard src/*.c))
OBJECTS = $(MODULES:%.c=$(BUILD)/%.o) $(ROOT:%.c=$(BUILD)/%.o)
UNITS = $(wildcard tests/unit/test_*.c) $(wildcard tests/property/test_*.c)
SUPPORT = $(patsubst %.c,$(BUILD)/%.o,$(filter-out tests/support/replay.c,$(wildcard tests/support/*.c)))
Q = $(if $(V),,@)
UNIT_PROGRAMS = $(UNITS:tests/%.c=$(BUILD)/tests/%)
REFERENCES = $(patsubst bench/%.c,build/bench/%,$(wildcard bench/*.c))
# tests/faults/test_*.c are programs; the other .c files there are parts of them, but for preload*.
FAULTS = $(wildcard tests/faults/test_*.c)
FAULT_PARTS = $(filter-out $(FAULTS) $(wildcard tests/faults/preload*.c),$(wildcard tests/faults/*.c))
FAULT_PROGRAMS = $(FAULTS:tests/%.c=$(BUILD)/tests/%)
DISK_CALLS = open close write read fsync fstat stat flock access rename unlink unlinkat mkdir rmdir \
  mkdtemp opendir readdir closedir dirfd crypto_pwhash_str \
  stopwatch_usec
FUZZERS = $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

.PHONY: all test check soak bench analyse help clean docs units references fuzz fuzz-corpora install
.SECONDARY:
all: $(BUILD)/exoledger $(BUILD)/exoledger-measure

# The browser's pages, built once for every compiler: ui/ needs node and npm, and what npm ci brings.
PAGES = build/ui/assets.o
UI = $(wildcard ui/*.* ui/words/*/* ui/src/* ui/src/*/* ui/src/*/*/*) docs/api.json docs/rules.md \
  data/demo_accounts.tsv data/demo_sites.tsv
ui/node_modules/.package-lock.json: ui/package-lock.json
	@echo "install the packages of ui/package-lock.json"
	$(Q)cd ui && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	$(Q)touch $@
build/ui/assets.S: $(UI) ui/node_modules/.package-lock.json
	@echo "build the pages"
	$(Q)node ui/build.mjs
$(PAGES): build/ui/assets.S
	$(Q)gcc -c -o $@ $<
# A sentence of the program that has no Japanese fails the build.
WORDS = build/ui/words.txt
$(WORDS): $(UI) $(wildcard src/*/*.c)
	@mkdir -p $(@D)
	$(Q)node ui/build.mjs --words
	$(Q)touch $@

$(BUILD)/exoledger: $(OBJECTS) $(BUILD)/src/main.o $(PAGES) | $(WORDS)
	@echo "link $@"
	$(Q)$(CC) $(OPTIMISE) $(SANITIZE) -o $@ $^ $(LDLIBS)

# Only what it uses of the library: it knows no record and no network.
$(BUILD)/exoledger-measure: $(BUILD)/src/video/main.o $(BUILD)/libexoledger-video.a $(BUILD)/libexoledger.a
	@echo "link $@"
	$(Q)$(CC) $(OPTIMISE) $(SANITIZE) -o $@ $^ -Wl,--as-needed $(VIDEO_LIBS) $(LDLIBS)

$(BUILD)/libexoledger-video.a: $(patsubst %.c,$(BUILD)/%.o,$(filter-out src/video/main.c,$(VIDEO)))
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/libexoledger.a: $(OBJECTS) $(PAGES)
	$(Q)rm -f $@ && ar rcs $@ $^

# Loops of which gcc makes vector instructions at -O3 alone; square roots of what is never negative
# need no errno.
$(BUILD)/src/measure/rows.o $(BUILD)/src/measure/spot_sums.o: OPTIMISE += -O3 -fno-math-errno

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "compile $<"
	$(Q)$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(SUPPORT) $(BUILD)/libexoledger.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPTIMISE) $(SANITIZE) -o $@ $^ $(LDLIBS) -lcmocka

# Those of the second program.
$(BUILD)/tests/unit/test_video%: $(BUILD)/tests/unit/test_video%.o $(SUPPORT) $(BUILD)/libexoledger-video.a $(BUILD)/libexoledger.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPTIMISE) $(SANITIZE) -o $@ $^ $(VIDEO_LIBS) $(LDLIBS) -lcmocka

$(BUILD)/tests/differential/video%: $(BUILD)/tests/differential/video%.o $(SUPPORT) $(BUILD)/libexoledger-video.a $(BUILD)/libexoledger.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPTIMISE) $(SANITIZE) -o $@ $^ $(VIDEO_LIBS) $(LDLIBS) -lcmocka

# Programs whose files lie on the disk in memory of tests/faults/disk.h.
$(BUILD)/tests/faults/test_disk%: WRAPPED = $(DISK_CALLS:%=-Wl,--wrap=%)
$(BUILD)/tests/faults/%: $(BUILD)/tests/faults/%.o $(BUILD)/libfaults.a $(SUPPORT) $(BUILD)/libexoledger.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPTIMISE) $(SANITIZE) $(WRAPPED) -o $@ -Wl,--start-group $^ -Wl,--end-group $(LDLIBS) -lcmocka

$(BUILD)/libfaults.a: $(FAULT_PARTS:%.c=$(BUILD)/%.o)
	$(Q)rm -f $@ && ar rcs $@ $^

# What lies behind src/measure/measure.h: pure functions, which need the C library's mathematics alone.
MEASURE = anomaly concentration correlation count covariance diffusion drift efficiency expectation \
  figures kernel likelihood medium peaks probability retention sizes steps volume
# One object, of which nothing is seen but what the header names.
$(BUILD)/libexoledger-measure.a: $(MEASURE:%=$(BUILD)/src/measure/%.o)
	$(Q)ld -r -o $(@:.a=.o) $^
	$(Q)objcopy --wildcard --keep-global-symbol='measure_*' $(@:.a=.o)
	$(Q)rm -f $@ && ar rcs $@ $(@:.a=.o)

units: $(UNIT_PROGRAMS) $(FAULT_PROGRAMS) $(BUILD)/tests/differential/video_echo \
  $(BUILD)/tests/differential/spots_echo

# Fuzz targets as plain tests over their corpora; under clang they are libFuzzer programs.
FUZZ_SUPPORT = tests/support/stage.c
$(BUILD)/fuzz/%: tests/fuzz/%.c tests/support/replay.c $(FUZZ_SUPPORT) $(BUILD)/libexoledger.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $< tests/support/replay.c $(FUZZ_SUPPORT) $(BUILD)/libexoledger.a $(LDLIBS)
$(BUILD)/fuzz/fuzz_video%: tests/fuzz/fuzz_video%.c tests/support/replay.c $(FUZZ_SUPPORT) $(BUILD)/libexoledger-video.a $(BUILD)/libexoledger.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $< tests/support/replay.c $(FUZZ_SUPPORT) $(BUILD)/libexoledger-video.a $(BUILD)/libexoledger.a $(VIDEO_LIBS) $(LDLIBS)
fuzz-corpora: $(FUZZERS)

# Plain programs to measure against: no code of ours in them, but in those named inside_.
build/bench/inside_%: bench/inside_%.c $(BUILD)/libexoledger.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -MMD -MP -o $@ $< $(BUILD)/libexoledger.a $(LDLIBS)
# A peer is given what its compiler can do.
build/bench/detect_plain: OPTIMISE = -O3 -march=native -g
build/bench/%: bench/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -MMD -MP -o $@ $< $(LDLIBS)
references: $(REFERENCES)

test check soak bench analyse:
	tools/$@.sh

# What the program says about itself, committed so that a change is a visible difference.
docs: $(BUILD)/exoledger
	$< permissions --json > docs/permissions.json
	$< openapi > docs/api.json
	$< rules | tools/rule_tests.sh > docs/rules.md

VERSION = $(shell sed -n 's/^.define PROGRAM_VERSION "exoledger \(.*\)"/\1/p' src/catalogue.h)

install: $(BUILD)/exoledger $(BUILD)/exoledger-measure $(BUILD)/libexoledger-measure.a
	install -D $< $(DESTDIR)/usr/bin/exoledger
	install -D $(BUILD)/exoledger-measure $(DESTDIR)/usr/bin/exoledger-measure
	install -D -m 644 $(BUILD)/libexoledger-measure.a $(DESTDIR)/usr/lib/libexoledger-measure.a
	install -d $(DESTDIR)/usr/include/exoledger/measure $(DESTDIR)/usr/lib/pkgconfig
	install -m 644 -t $(DESTDIR)/usr/include/exoledger/measure src/measure/measure.h src/measure/measure_count.h
	sed 's/@VERSION@/$(VERSION)/' docs/exoledger-measure.pc > $(DESTDIR)/usr/lib/pkgconfig/exoledger-measure.pc
	install -D -m 644 docs/exoledger-measure.3 $(DESTDIR)/usr/share/man/man3/exoledger-measure.3
	install -d $(DESTDIR)/usr/share/exoledger/data/story $(DESTDIR)/usr/share/exoledger/data/facts
	install -m 644 -t $(DESTDIR)/usr/share/exoledger/data data/*.tsv
	install -m 644 -t $(DESTDIR)/usr/share/exoledger/data/story data/story/*
	install -m 644 -t $(DESTDIR)/usr/share/exoledger/data/facts data/facts/*

help:
	@sed -n 's/^# \(make.*\)/\1/p' Makefile

clean:
	rm -rf build

-include $(OBJECTS:.o=.d) $(VIDEO:%.c=$(BUILD)/%.d) $(BUILD)/src/main.d $(wildcard $(BUILD)/tests/*/*.d) \
  $(wildcard build/bench/*.d)
