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
DEPS_BUILD := gcc make pkg-config libc6-dev libaudit-dev libauparse-dev libsqlite3-dev \
	libsmartcols-dev libarchive-dev
DEPS_CHECK := libcmocka-dev auditd kmod sqlite3 xz-utils gzip zstd python3-minimal
DEPS_LINT  := clang clang-tidy cppcheck shellcheck mandoc
DEPS_DEBUG := valgrind gcovr libclang-rt-14-dev
DEPS := $(DEPS_BUILD) $(DEPS_CHECK)

Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '  %-7s %s\n' '$(1)' '$(2)')

# gcc knows levels of this warning, clang does not.
GCC_ONLY := $(shell $(CC) --version 2>/dev/null | grep -qi clang || echo -Wunused-const-variable=2 -Wlogical-op -Wduplicated-cond)
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wformat=2 -Wundef -Wpointer-arith -Wvla -Wwrite-strings -Wimplicit-fallthrough $(GCC_ONLY)
WERROR   ?=

PKGS     := sqlite3 smartcols libarchive
ALL_CPPFLAGS = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DMODTRAIL_VERSION='"$(VERSION)"' -Isrc -I$(BUILD) \
	$(shell pkg-config --cflags $(PKGS)) $(CPPFLAGS)
ALL_CFLAGS   = -std=gnu11 $(WARNINGS) $(WERROR) -ffile-prefix-map=$(CURDIR)/= -fstack-protector-strong \
	$(CFLAGS)
LIBS         = $(shell pkg-config --libs $(PKGS)) -lauparse -laudit

SRC  := $(sort $(wildcard src/*.c))
OBJ  := $(SRC:src/%.c=$(BUILD)/obj/%.o)
CORE := $(filter-out $(BUILD)/obj/main.o,$(OBJ))
LIB  := $(BUILD)/libmodtrail.a
BIN  := $(BUILD)/modtrail

SQL_DIRS := sql/migration sql/statement sql/query
SQL      := $(sort $(wildcard $(SQL_DIRS:%=%/*.sql)))

TEST_SRC  := $(sort $(wildcard tests/test_*.c))
TEST_HELP := $(filter-out $(TEST_SRC),$(sort $(wildcard tests/*.c)))
TEST_BIN  := $(TEST_SRC:tests/%.c=$(BUILD)/tests/%)
TEST_OBJ  := $(TEST_HELP:tests/%.c=$(BUILD)/tests/obj/%.o)

.DELETE_ON_ERROR:
.PHONY: all deps check check-asan check-valgrind lint coverage install uninstall dist clean help

all: $(BIN) ## build the program at build/modtrail

$(BIN): $(BUILD)/obj/main.o $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(LIB): $(CORE)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/obj/%.o: src/%.c | $(BUILD)/sql.h
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# A directory changes when a file joins or leaves it, so the list stays true.
$(BUILD)/sql.h: tools/sql2c.awk $(SQL) $(wildcard $(SQL_DIRS))
	$(call say,SQL,$@)
	$(Q)mkdir -p $(@D) && LC_ALL=C awk -f tools/sql2c.awk $(SQL) </dev/null > $@.tmp && mv $@.tmp $@

$(BUILD)/tests/obj/%.o: tests/%.c | $(BUILD)/sql.h
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -Itests -MMD -MP -c -o $@ $<

$(BUILD)/tests/test_%: $(BUILD)/tests/obj/test_%.o $(TEST_OBJ) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS)

deps: ## install the Debian packages that building and testing need
	$(Q)tools/deps '$(SUDO)' $(DEPS)

help: ## list the targets
	$(Q)awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

clean: ## remove everything that was built
	rm -rf $(BUILD)

-include $(OBJ:.o=.d) $(TEST_OBJ:.o=.d) $(TEST_SRC:tests/%.c=$(BUILD)/tests/obj/%.d)
