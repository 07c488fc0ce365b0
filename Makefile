# modtrail: build, test, install. `make help` lists the targets.
#
# Everything generated lands in build/ (another place: BUILD=dir). The
# variables below may be set on the command line.

CC      ?= cc
CFLAGS  ?= -O2 -g
V       ?= 0
BUILD   ?= build
PREFIX  ?= /usr
DESTDIR ?=
SUDO    ?= $(if $(filter 0,$(shell id -u)),,sudo)

VERSION := 0.1.0

# What a fresh Debian needs. `make deps` installs what is missing.
DEPS_BUILD := gcc make pkg-config libc6-dev libaudit-dev libauparse-dev libsqlite3-dev sqlite3 \
	libsmartcols-dev zlib1g-dev libbz2-dev liblzma-dev libzstd-dev libkmod-dev libseccomp-dev libcap-ng-dev \
	libsodium-dev
DEPS_CHECK := libcmocka-dev libarchive-dev python3 kmod
DEPS_LINT  := clang cppcheck shellcheck mandoc systemd
DEPS := $(DEPS_BUILD) $(DEPS_CHECK)

Q := $(if $(filter 1,$(V)),,@)
# What targets build is built on all processors, unless this make was given a -j of its own.
JOBS = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))
say = $(if $(filter 1,$(V)),,@printf '  %-7s %s\n' '$(1)' '$(2)')

# gcc knows levels of this warning, clang does not.
GCC_ONLY := $(shell $(CC) --version 2>/dev/null | grep -qi clang || echo -Wunused-const-variable=2 -Wlogical-op -Wduplicated-cond)
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wformat=2 -Wundef -Wpointer-arith -Wvla -Wwrite-strings -Wimplicit-fallthrough $(GCC_ONLY)
WERROR   ?=

PKGS     := sqlite3 smartcols zlib liblzma libzstd libseccomp libcap-ng libsodium
ALL_CPPFLAGS = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DMODTRAIL_VERSION='"$(VERSION)"' -Isrc -I$(BUILD) \
	$(shell pkg-config --cflags $(PKGS)) $(CPPFLAGS)
ALL_CFLAGS   = -std=gnu11 $(WARNINGS) $(WERROR) -ffile-prefix-map='$(CURDIR)/=' -fstack-protector-strong \
	$(CFLAGS)
LIBS         = $(shell pkg-config --libs $(PKGS)) -lbz2 -lauparse -laudit -pthread

SRC  := $(sort $(wildcard src/*/*.c))
OBJ  := $(SRC:src/%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/sql.o
CORE := $(filter-out $(BUILD)/obj/cmd/main.o,$(OBJ))
LIB  := $(BUILD)/libmodtrail.a
BIN  := $(BUILD)/modtrail

SQL_DIRS := sql/migration sql/view sql/statement sql/query
SQL      := $(sort $(wildcard $(SQL_DIRS:%=%/*.sql)))

# What is made of the table of words: statements, and lists in the manual.
WORDS    := src/model/words.def
WORD_SQL := $(BUILD)/statement/words.sql $(BUILD)/statement/words-missing.sql
MAN      := $(BUILD)/modtrail.8

TEST_SRC  := $(sort $(wildcard tests/unit/*/test_*.c))
TEST_HELP := $(sort $(wildcard tests/lib/*.c))
TEST_BIN  := $(TEST_SRC:tests/%.c=$(BUILD)/tests/%)
TEST_OBJ  := $(TEST_HELP:tests/%.c=$(BUILD)/tests/obj/%.o)

.DELETE_ON_ERROR:
.SECONDARY:
THERE := bench fuzz coverage deps-vm vm-image check-vm vm-shell demo-captures
.PHONY: all deps demo check check-long check-environments check-asan check-valgrind check-programs \
	lint golden install uninstall dist clean help $(THERE)

all: $(BIN) $(MAN) ## build the program at build/modtrail

$(BIN): $(BUILD)/obj/cmd/main.o $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# P: files of one name in two folders are two members.
$(LIB): $(CORE)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcsP $@ $^

$(BUILD)/obj/%.o: src/%.c | $(BUILD)/sql.h $(BUILD)/empty.h
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# A directory changes when a file joins or leaves it, so the list stays true.
$(BUILD)/sql.h $(BUILD)/sql.c: $(BUILD)/sql.%: tools/sql2c.awk $(SQL) $(WORD_SQL) $(wildcard $(SQL_DIRS))
	$(call say,SQL,$@)
	$(Q)mkdir -p $(@D) && LC_ALL=C awk -v part=$* -f tools/sql2c.awk $(SQL) $(WORD_SQL) \
		</dev/null > $@.tmp && mv $@.tmp $@

$(BUILD)/obj/sql.o: $(BUILD)/sql.c $(BUILD)/sql.h
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -c -o $@ $<

$(WORD_SQL): tools/words.awk $(WORDS)
	$(Q)mkdir -p $(@D) && LC_ALL=C awk -v want=$(basename $(@F)) -f tools/words.awk $(WORDS) > $@.tmp && \
		mv $@.tmp $@

$(MAN): tools/words.awk $(WORDS) tools/man/modtrail.8
	$(call say,MAN,$@)
	$(Q)LC_ALL=C awk -f tools/words.awk $(WORDS) tools/man/modtrail.8 > $@.tmp && mv $@.tmp $@

EMPTY := sql/statement/create.sql $(filter sql/migration/% sql/view/%,$(SQL)) $(BUILD)/statement/words.sql
$(BUILD)/empty.h: tools/empty $(EMPTY) $(wildcard sql/migration sql/view)
	$(call say,SQL,$@)
	$(Q)mkdir -p $(@D) && tools/empty $(EMPTY) > $@.tmp && mv $@.tmp $@

$(BUILD)/tests/obj/%.o: tests/%.c | $(BUILD)/sql.h
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -Itests/lib -MMD -MP -c -o $@ $<

# Tests look at what is being read whenever a transaction begins or ends: tests/turns.c.
TURNS := -Wl,--wrap=store_begin -Wl,--wrap=store_commit
$(TEST_BIN): $(BUILD)/tests/%: $(BUILD)/tests/obj/%.o $(TEST_OBJ) $(LIB)
	$(Q)mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(TURNS) -o $@ $^ -lcmocka -larchive $(LIBS)

# Its own versions of these fail when they are told to.
WRAPPED := malloc calloc realloc reallocarray strdup strndup asprintf open_memstream fopen fdopen
$(BUILD)/tests/unit/fault/test_fault_memory: override LDFLAGS += $(WRAPPED:%=-Wl,--wrap=%)
# Its own versions are an audit stream.
$(BUILD)/tests/unit/selftest/test_selftest: override LDFLAGS += -Wl,--wrap=marker_socket_open \
	-Wl,--wrap=marker_send -Wl,--wrap=kernel_status_read
# Its own version renames files while a folder is read.
$(BUILD)/tests/unit/read/test_logset: override LDFLAGS += -Wl,--wrap=readdir64

deps: ## install the Debian packages that building and testing need
	$(Q)tools/deps '$(SUDO)' $(DEPS)

demo: ## install what is needed, build, and show real captures as a fleet
	$(Q)$(MAKE) --no-print-directory deps DEPS='$(DEPS_BUILD)'
	$(Q)$(MAKE) --no-print-directory $(JOBS) all
	$(Q)tools/demo $(BIN) $(BUILD)/demo

check: ## build with warnings as errors, and run every test
	$(Q)$(MAKE) --no-print-directory deps
	$(Q)$(MAKE) --no-print-directory $(JOBS) WERROR=-Werror check-programs

# The tests themselves, with whatever flags this make was given. FEWER: where all of it takes ten
# times as long, there are fewer kills and faults.
FEWER := KILLS=20 FAULT_FEWER=7 HOSTILE=--uncontained ROUNDS=6 TAMPER='nothing_in_twins nothing_in_old_trails'
CAPTURES := $(sort $(wildcard testdata/capture/*/transcript.tsv))
# Those that take long come first, so that none is alone at the end.
check-programs: $(BIN) $(TEST_BIN)
	$(Q)LOGS=$(BUILD)/check FAULT_FEWER=$(FAULT_FEWER) ROUNDS=$(ROUNDS) tests/suite \
		$(FAULT_BIN) "tests/property/hostile.py $(BIN) $(HOSTILE)" "tests/property/properties.py $(BIN)" \
		"tests/property/tamper.py $(BIN) $(TAMPER)" "tests/property/kills.py $(BIN) --kills $(KILLS)" \
		"tests/property/database.py $(BIN)" "tests/property/identity.py $(BIN)" \
		$(filter-out $(FAULT_BIN),$(TEST_BIN)) "tests/property/races.py $(BIN)" \
		"tests/property/restore.py $(BIN)" "tests/cli/run $(BIN)" "tests/property/install.py $(BIN)" \
		"tests/property/surroundings.py $(BIN)" "tests/property/forged.py $(BIN)" \
		"tests/property/truth.py $(BIN) $(CAPTURES:/transcript.tsv=)"

# How often events are made to share an id.
ROUNDS     ?= 30
# How often programs are killed at random instants: in check, and in check-long.
KILLS      ?= 250
KILLS_LONG ?= 10000
# check-long lets every so manieth call or allocation fail.
FAULT_STRIDE ?= 1
FAULT_BIN  := $(BUILD)/tests/unit/fault/test_fault_disk $(BUILD)/tests/unit/fault/test_fault_memory
check-long: ## what takes too long for check, once in a while (KILLS_LONG=10000 FAULT_STRIDE=1)
	$(Q)$(MAKE) --no-print-directory deps
	$(Q)$(MAKE) --no-print-directory WERROR=-Werror all $(FAULT_BIN)
	$(Q)LOGS=$(BUILD)/check-long FAULT_STRIDE=$(FAULT_STRIDE) tests/suite $(FAULT_BIN) \
		"tests/property/kills.py $(BIN) --kills $(KILLS_LONG)"; status=$$?; \
		grep -h '^# .* kills\|^# .* faults' $(BUILD)/check-long/*.tap; exit $$status

check-environments: ## demo and check as other users, in other locales, disks and so on; needs root
	$(Q)tests/environments $(ENVIRONMENTS)

# What looks into a program while it runs, or writes down what it ran, cannot do so in a confined one.
UNCONFINED := -DMODTRAIL_UNCONFINED
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
check-asan: ## the same under AddressSanitizer and UndefinedBehaviorSanitizer
	$(Q)$(MAKE) --no-print-directory deps
	$(Q)$(MAKE) --no-print-directory BUILD=$(BUILD)/asan WERROR=-Werror \
		CFLAGS='-O1 -g $(SANITIZE) $(UNCONFINED)' $(FEWER) check-programs

check-valgrind: ## unit tests and whole commands under valgrind
	$(Q)$(MAKE) --no-print-directory deps DEPS='$(DEPS) valgrind'
	$(Q)$(MAKE) --no-print-directory BUILD=$(BUILD)/valgrind CFLAGS='-O1 -g $(UNCONFINED)' \
		all check-valgrind-programs

.PHONY: check-valgrind-programs
check-valgrind-programs: $(BIN) $(TEST_BIN)
	$(Q)MODTRAIL=$(abspath $(BIN)) LOGS=$(BUILD)/check FAULT_FEWER=97 tests/suite \
		$(patsubst %,"tests/under-valgrind %",$(filter-out %/test_confine,$(TEST_BIN))) \
		"tests/cli/run tests/modtrail-under-valgrind"

golden: $(BIN) ## rewrite the golden files; git diff testdata/golden is the judgement
	$(Q)mkdir -p testdata/golden && GOLDEN=write tests/cli/run $(BIN)

# What has a Makefile of its own below tests, with its variables and packages, which includes this one.
bench:    in = bench ## measure speed and memory against other programs (BENCH_MB=1000)
fuzz:     in = fuzz ## give hostile input to parsers, under sanitizers (FUZZ_SECONDS=20)
coverage: in = coverage ## line coverage of src by all tests, on this host and in guests (COVERAGE_MIN=90)
deps-vm:  in = vm ## install the Debian packages that check-vm needs
vm-image: in = vm ## build what the guests of check-vm boot
check-vm: in = vm ## boot a real kernel for each scenario, or for SCENARIO=name (RELEASE=trixie)
vm-shell: in = vm ## a shell in the guest of SCENARIO=name, before and after its acts
demo-captures: in = vm ## record what the demo shows once more, in guests
$(THERE):
	$(Q)$(MAKE) --no-print-directory -f tests/$(strip $(in))/Makefile $@-here

lint: ## static analysis of the C code, the scripts and the man page
	$(Q)$(MAKE) --no-print-directory deps DEPS='$(DEPS) $(DEPS_LINT)'
	$(Q)tools/lint $(BUILD)

# None of them is enabled: that is the administrator's word.
UNITDIR := $(PREFIX)/lib/systemd/system
UNITS   := modtrail.service modtrail-selftest.service modtrail-selftest.timer

install: $(BIN) $(MAN) ## install under PREFIX, with the reader's user; under DESTDIR: files only
	$(Q)tools/settle check '$(DESTDIR)' '$(PREFIX)' '$(UNITDIR)'
	install -D -m 0755 $(BIN) '$(DESTDIR)$(PREFIX)/sbin/modtrail'
	install -D -m 0644 $(MAN) '$(DESTDIR)$(PREFIX)/share/man/man8/modtrail.8'
	install -D -m 0644 tools/completion/modtrail.bash \
		'$(DESTDIR)$(PREFIX)/share/bash-completion/completions/modtrail'
	install -D -m 0644 tools/systemd/modtrail.sysusers '$(DESTDIR)$(PREFIX)/lib/sysusers.d/modtrail.conf'
	install -D -m 0644 tools/systemd/modtrail.tmpfiles '$(DESTDIR)$(PREFIX)/lib/tmpfiles.d/modtrail.conf'
	install -d '$(DESTDIR)$(UNITDIR)'
	for unit in $(UNITS); do \
		sed 's|@SBIN@|$(PREFIX)/sbin|' tools/systemd/$$unit > '$(DESTDIR)$(UNITDIR)/'$$unit && \
		chmod 0644 '$(DESTDIR)$(UNITDIR)/'$$unit || exit 1; done
	$(Q)tools/settle install '$(DESTDIR)' '$(PREFIX)' '$(UNITDIR)' $(UNITS)

uninstall: ## stop and disable the units, and remove what install put there; user and trail stay
	$(Q)tools/settle uninstall '$(DESTDIR)' '$(PREFIX)' '$(UNITDIR)' $(UNITS)
	rm -f '$(DESTDIR)$(PREFIX)/sbin/modtrail' '$(DESTDIR)$(PREFIX)/share/man/man8/modtrail.8' \
		'$(DESTDIR)$(PREFIX)/share/bash-completion/completions/modtrail' \
		'$(DESTDIR)$(PREFIX)/lib/sysusers.d/modtrail.conf' \
		'$(DESTDIR)$(PREFIX)/lib/tmpfiles.d/modtrail.conf' $(foreach u,$(UNITS),'$(DESTDIR)$(UNITDIR)/$(u)')
	$(Q)tools/settle uninstalled '$(DESTDIR)' '$(PREFIX)' '$(UNITDIR)'

dist: ## a source archive of the last commit, in build/
	$(Q)mkdir -p $(BUILD)
	git archive --prefix=modtrail-$(VERSION)/ -o $(BUILD)/modtrail-$(VERSION).tar.gz HEAD

help: ## list the targets
	$(Q)awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

clean: ## remove everything that was built
	rm -rf $(BUILD)

-include $(OBJ:.o=.d) $(TEST_OBJ:.o=.d) $(TEST_SRC:tests/%.c=$(BUILD)/tests/obj/%.d)
