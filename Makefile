# empathy: built with PGXS against the server that pg_config names.
#
#   make            build                   make demo       see it work on sample data, nothing installed before
#   make install    install                 make test       install what is missing, run every test
#   make installcheck  test what is installed       make bench      measure (see bench/run)
#   make model      rebuild the shipped text model (DATA=folder with the training sets)

EXTENSION  = empathy
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" empathy.control)
MODULE_big = empathy

OBJS = src/empathy.o

# Pure cores: no PostgreSQL headers; unit tests and tools build them alone.
PURE_SRCS += src/score/fmath.c src/score/mbg.c src/score/cadence.c src/score/mood.c \
	src/learn/mbg_fit.c
OBJS += src/score/fmath.o src/score/mbg.o src/score/cadence.o src/score/mood.o src/learn/mbg_fit.o

# The install script is its pieces, in dependency order.
SQL_PIECES = sql/schema.sql

DATA_built = sql/empathy--$(EXTVERSION).sql
EXTRA_CLEAN = build

# Everything else stays inside the library (servers before 16 would export it all).
SHLIB_EXPORTS = src/exports.txt

# The same bits on every machine: no fused multiply-add, no -march=native.
PG_CFLAGS = -ffp-contract=off -DEMPATHY_VERSION='"$(EXTVERSION)"'
PG_CPPFLAGS = -I$(srcdir)/src
ifdef CI
PG_CFLAGS += -Werror -Wall -Wextra -Wshadow -Wvla -Wno-unused-parameter -Wno-sign-compare \
	-Wno-missing-field-initializers -Wno-clobbered
endif

# make installcheck: the SQL tests against an installed extension.
REGRESS = $(sort $(patsubst test/sql/%.sql,%,$(wildcard test/sql/*.sql)))
REGRESS_OPTS = --inputdir=test --load-extension=empathy
ISOLATION = $(sort $(patsubst test/isolation/specs/%.spec,%,$(wildcard test/isolation/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test/isolation --load-extension=empathy

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
ifneq ($(wildcard $(PGXS)),)
include $(PGXS)
else
srcdir = .
all install:
	@echo "$@ needs a PostgreSQL server with its headers (Debian: postgresql-server-dev-15), and pg_config on the PATH" >&2; exit 1
endif

$(OBJS): $(wildcard src/*.h src/*/*.h) Makefile empathy.control

sql/empathy--$(EXTVERSION).sql: $(SQL_PIECES) empathy.control
	{ printf '%s\n' '\echo Use "CREATE EXTENSION empathy" to load this file. \quit'; cat $(SQL_PIECES); } > $@

# These three install what is missing and use a throw-away server of their own.
test:
	@test/run

demo:
	@doc/demo/run

bench:
	@bench/run

.PHONY: test demo bench

# Fit of the churn model against published figures; the data set is not ours to ship.
.PHONY: bench-fit
bench-fit: $(PURE_SRCS) bench/cdnow_fit.c
	@test -n "$(DATA)" || { echo "say where the data sets are: make bench-fit DATA=<folder>" >&2; exit 1; }
	@mkdir -p build
	$(CC) -O2 -ffp-contract=off -I$(srcdir)/src -o build/cdnow_fit bench/cdnow_fit.c $(PURE_SRCS) -lm
	build/cdnow_fit < $(DATA)/cdnow/cdnow_customers_summary.csv
