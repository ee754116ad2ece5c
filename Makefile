# empathy: built with PGXS against the server that pg_config names.
#
#   make               build                        make demo     see it work on sample data
#   make install       install                      make test     run every test
#   make installcheck  test what is installed       make bench    measure (see bench/run)
#   make check-static  cppcheck, clang-tidy, scan-build
#   make check-asan    the tests that need a server, with the extension built with sanitizers
#   make check-valgrind  the same but TAP with servers under memcheck: hours
#
#   make screenshots   the pictures in doc/images
#
# demo, test, bench and screenshots install what is missing and use a throw-away server of their own.
# What needs data sets that are not ours to ship takes their folder as DATASETS:
#
#   make model         rebuild the shipped text model, bit for bit
#   make model-check   see that it is what the trainer makes
#   make model-report  its figures
#   make bench-accuracy  them beside the figures of others, and what abstaining buys
#   make bench-speed   tweets read in a second
#   make bench-churn   who won't come back, learned and tested on later windows, against published figures
#   make bench-fit     the population models against published figures, SciPy, and what customers did next
#   make bench-attributes  train_model()'s learner on tables of attributes

EXTENSION  = empathy
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" empathy.control)
MODULE_big = empathy

# Pure cores: no PostgreSQL headers. Unit tests and tools build them alone.
PURE_SRCS = $(addprefix src/text/,token.c feature.c model.c text.c classify.c mask.c language.c term.c terms.c terms_form.c \
	keywords.c phrase.c aspect.c act.c detail.c) \
	$(addprefix src/profile/,arena.c names.c view.c draft.c evidence.c packing.c encode.c finish.c form.c log.c role.c) \
	$(addprefix src/score/,fmath.c rising.c delta.c mbg.c pareto.c spend.c regular.c cadence.c mood.c history.c features.c item.c outlook.c value.c calibration.c \
		condition.c condition_bind.c condition_read.c stage.c \
		predictor.c predictor_explain.c) \
	$(addprefix src/learn/,corpus.c linear.c text_write.c classifier.c calibrate.c maximise.c population.c models.c measure.c \
		logistic.c calibration_fit.c bins.c trees.c encoding.c predictor_write.c predictor_fit.c past.c item_table.c outlook_fit.c value_fit.c) \
	$(addprefix src/map/,map.c habit.c think.c group.c phrases.c)

OBJS = src/empathy.o src/catalog.o src/query.o src/settings.o $(PURE_SRCS:.c=.o) \
	$(addprefix src/text/,own_model.o text_model.o text_sql.o class_sql.o terms_sql.o phrases.o phrase_sql.o) \
	$(addprefix src/profile/,profile_port.o profile_type.o profile_agg.o said.o profile_read.o fixed.o) \
	$(addprefix src/score/,model.o reading.o score_sql.o value_sql.o item_sql.o item_store.o attribute_value.o predictor_store.o predict_sql.o \
		condition_sql.o roles.o stage_sql.o) \
	$(addprefix src/learn/,memory_port.o fit_sql.o outlook_sql.o progress.o labelled.o train_sql.o version.o attributes_sql.o train_model_sql.o) \
	$(addprefix src/map/,map_sql.o map_jsonb.o rules.o) \
	$(addprefix src/show/,show_text.o) \
	$(addprefix src/refresh/,source.o capture.o as_owner.o segment.o wake.o) \
	$(addprefix src/worker/,control.o job.o launcher.o worker.o)

# The install script is its pieces, in dependency order.
SQL_PIECES = $(addprefix sql/,schema.sql text.sql phrase.sql phrase_list.sql terms.sql learn.sql profile.sql role.sql condition.sql predict.sql score.sql stage.sql map.sql \
	worker.sql inspect.sql preview.sql \
	refresh.sql follow.sql segment.sql schedule.sql cells.sql note.sql views.sql compare.sql template.sql \
	show.sql show_page.sql show_report.sql journey.sql)

DATA = data/general-2.model
DATA_built = sql/empathy--$(EXTVERSION).sql
EXTRA_CLEAN = build

# Everything else stays inside the library (servers before 16 would export it all).
SHLIB_EXPORTS = src/exports.txt

# The same bits on every machine: no fused multiply-add, no -march=native.
PG_CFLAGS = -ffp-contract=off -DEMPATHY_VERSION='"$(EXTVERSION)"'
PG_CPPFLAGS = -I$(srcdir)/src
SHLIB_LINK = -lm
ifdef CI
PG_CFLAGS += -Werror -Wall -Wextra -Wshadow -Wvla -Wno-unused-parameter -Wno-sign-compare \
	-Wno-missing-field-initializers -Wno-clobbered
endif

# make installcheck: the SQL tests against an installed extension. pg_regress looks for scripts below its output first,
# where sql/ would be the install script's.
REGRESS = $(sort $(patsubst test/sql/%.sql,%,$(wildcard test/sql/*.sql)))
REGRESS_OPTS = --inputdir=test --outputdir=build/regress --load-extension=empathy
ISOLATION = $(sort $(patsubst test/isolation/specs/%.spec,%,$(wildcard test/isolation/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test/isolation --outputdir=build/isolation --load-extension=empathy

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
	{ printf '%s\n' '\echo Use "CREATE EXTENSION empathy" to load this file. \quit'; cat $(SQL_PIECES); } | sed 's/@VERSION@/$(EXTVERSION)/' > $@

# ---- programs over the pure cores ----

CORE_CFLAGS = -std=gnu11 -O2 -g -ffp-contract=off -Wall -Wextra -Wshadow -Wvla -Wno-sign-compare \
	-Wno-missing-field-initializers -I$(srcdir)/src
LEARN_SRCS = $(addprefix src/learn/,text_train.c text_data.c text_sets.c text_fit.c text_common.c text_language.c \
	text_tune.c text_report.c text_accuracy.c lexicon.c word_graph.c wordnet.c affix.c emotion_odds.c corpus.c linear.c \
	memory.c text_write.c)

# Every test/unit/*_test.c against the pure cores, under sanitizers. An archive: a test links what it uses.
UNIT_TESTS = $(patsubst test/unit/%.c,build/unit/%,$(wildcard test/unit/*_test.c))
UNIT_CFLAGS = $(CORE_CFLAGS) -fsanitize=address,undefined -fno-sanitize-recover=undefined

build/core/%.o: %.c $(wildcard src/*/*.h)
	@mkdir -p $(@D)
	$(CC) $(UNIT_CFLAGS) -c -o $@ $<

build/core.a: $(PURE_SRCS:%.c=build/core/%.o) $(addprefix build/core/src/learn/,memory.o corpus.o text_write.o)
	@rm -f $@
	$(AR) rcs $@ $^

build/unit/%: test/unit/%.c build/core.a $(wildcard test/unit/*.h)
	@mkdir -p $(@D)
	$(CC) $(UNIT_CFLAGS) -o $@ $< build/core.a -lm

# This one counts the basic blocks that run.
COUNTED = $(patsubst %.c,build/counted/%.o,$(filter src/text/%,$(PURE_SRCS)) \
	$(addprefix src/learn/,memory.c corpus.c text_write.c))

build/counted/%.o: %.c $(wildcard src/*/*.h)
	@mkdir -p $(@D)
	$(CC) $(CORE_CFLAGS) -fsanitize-coverage=trace-pc -c -o $@ $<

build/unit/linear_test: test/unit/linear_test.c $(COUNTED) $(wildcard test/unit/*.h)
	@mkdir -p $(@D)
	$(CC) $(CORE_CFLAGS) -o $@ $< $(COUNTED) -lm

# Fuzz targets: shortly as tests, longer by hand (make fuzz FUZZ_RUNS=1000000 FUZZ_SEED=2).
FUZZERS = $(patsubst test/fuzz/%_fuzz.c,build/fuzz/%,$(wildcard test/fuzz/*_fuzz.c))
FUZZ_RUNS = 1000000
FUZZ_SEED = 1

build/fuzz/%: test/fuzz/%_fuzz.c test/fuzz/driver.c build/core.a $(wildcard test/unit/*.h)
	@mkdir -p $(@D)
	$(CC) $(UNIT_CFLAGS) -Itest/unit -o $@ $< test/fuzz/driver.c build/core.a -lm

unit: $(UNIT_TESTS) $(FUZZERS)
	prove --exec '' $^

fuzz: $(FUZZERS)
	for f in $^; do $$f -runs=$(FUZZ_RUNS) -seed=$(FUZZ_SEED) || exit 1; done

build/text_train: $(LEARN_SRCS) $(wildcard src/text/*.c src/*/*.h)
	@mkdir -p $(@D)
	$(CC) $(CORE_CFLAGS) -o $@ $(LEARN_SRCS) $(filter src/text/%,$(PURE_SRCS)) -lm

build/fit: bench/fit.c test/unit/simulate.h $(wildcard src/score/*.[ch] src/learn/*.[ch])
	@mkdir -p $(@D)
	$(CC) $(CORE_CFLAGS) -o $@ $< $(addprefix src/learn/,population.c models.c maximise.c memory.c) \
		$(addprefix src/score/,fmath.c rising.c delta.c mbg.c pareto.c spend.c regular.c) -lm

OUTLOOK_SRCS = $(addprefix src/learn/,past.c item_table.c outlook_fit.c value_fit.c population.c models.c maximise.c logistic.c \
	measure.c memory.c) $(addprefix src/score/,fmath.c rising.c delta.c mbg.c pareto.c spend.c regular.c mood.c history.c \
	features.c item.c outlook.c value.c) $(filter src/profile/%,$(PURE_SRCS))

build/outlook: bench/outlook.c test/unit/profile_port.h $(wildcard src/score/*.[ch] src/learn/*.[ch] src/profile/*.[ch])
	@mkdir -p $(@D)
	$(CC) $(CORE_CFLAGS) -o $@ $< $(OUTLOOK_SRCS) -lm

# The same with profiles that keep every item.
build/outlook_items: build/outlook
	$(CC) $(CORE_CFLAGS) -DPROFILE_CLASS_NAMES=65536 -o $@ bench/outlook.c $(OUTLOOK_SRCS) -lm

# WordNet's files, which the trainer reads as well: Debian package wordnet-base
WORDNET ?= /usr/share/wordnet

ATTRIBUTE_SRCS = $(addprefix src/score/,fmath.c calibration.c predictor.c) src/learn/memory.c \
	$(addprefix src/learn/,measure.c logistic.c calibration_fit.c bins.c trees.c encoding.c predictor_write.c \
	predictor_fit.c) $(filter src/text/%,$(PURE_SRCS))

build/attributes: bench/attributes.c $(ATTRIBUTE_SRCS) $(wildcard src/*/*.h)
	@mkdir -p $(@D)
	$(CC) $(CORE_CFLAGS) -o $@ $< $(ATTRIBUTE_SRCS) -lm

datasets:
	@test -d "$(DATASETS)" || { echo "say where the data sets are: make $(MAKECMDGOALS) DATASETS=<folder>" >&2; exit 1; }

model: datasets build/text_train
	build/text_train build "$(DATASETS)" "$(WORDNET)" data/general-2.model

# Is the shipped model what the trainer makes?
model-check: datasets build/text_train
	build/text_train build "$(DATASETS)" "$(WORDNET)" build/check.model
	cmp build/check.model data/general-2.model

model-report: datasets build/text_train
	build/text_train report "$(DATASETS)" data/general-2.model

bench-accuracy: datasets build/text_train
	build/text_train accuracy "$(DATASETS)" data/general-2.model

build/text_speed: bench/text_speed.c $(wildcard src/text/*.[ch])
	@mkdir -p $(@D)
	$(CC) $(CORE_CFLAGS) -o $@ $< $(filter src/text/%,$(PURE_SRCS)) -lm

bench-speed: datasets build/text_speed
	cut -f 2 "$(DATASETS)/text/tweeteval_sentiment/train.tsv" | build/text_speed data/general-2.model

bench-churn: datasets build/outlook build/outlook_items
	@build/outlook "$(DATASETS)"
	@build/outlook "$(DATASETS)" ends
	@build/outlook "$(DATASETS)" few
	@build/outlook "$(DATASETS)" items
	@build/outlook_items "$(DATASETS)" items

bench-fit: datasets
	@PARTS=fit DATASETS="$(DATASETS)" bench/run

bench-attributes: datasets build/attributes
	@echo "online_shoppers (peers: boosted trees of scikit-learn .935, XGBoost .937, logistic regression .916)"
	@build/attributes "$(DATASETS)/behaviour/online_shoppers/online_shoppers_intention.csv" Revenue
	@echo "online_shoppers without PageValues (boosted trees .787, logistic regression .758)"
	@build/attributes "$(DATASETS)/behaviour/online_shoppers/online_shoppers_intention.csv" Revenue PageValues
	@echo "iranian_churn (boosted trees .985, logistic regression .933)"
	@build/attributes "$(DATASETS)/behaviour/iranian_churn/iranian_churn.csv" Churn

# ---- everything that needs a server ----

test:
	@test/run

check-static:
	@test/static

check-asan:
	@WATCH=sanitizers SUITES="$${SUITES:-regress isolation pgtap tap}" test/run

check-valgrind:
	@WATCH=memcheck SUITES="$${SUITES:-regress isolation pgtap}" test/run

demo:
	@doc/demo/run

bench:
	@bench/run

screenshots:
	@doc/images/run

.PHONY: test check-static check-asan check-valgrind demo bench screenshots unit fuzz datasets model model-check model-report bench-accuracy bench-speed bench-churn bench-fit bench-attributes
