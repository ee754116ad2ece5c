/*-------------------------------------------------------------------------
 *
 * predictor_write.c
 *	  The bytes of a predictor from what was fitted.
 *
 * A calibration that is a line becomes part of the weights.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/predictor_write.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/memory.h"
#include "text/model.h"

typedef struct Writer
{
	const PredictorParts *parts;
	double				  line_share; /* with the calibration's slope */
	double				  trees_share;
	uint8_t				 *bytes;
	size_t				  size;
	size_t				  room;
	uint32_t			  n_categories;
	uint32_t			  n_slots;
} Writer;

typedef struct Listed
{
	uint64_t hash;
	uint32_t slot;
} Listed;

static void
put(Writer *w, const void *bytes, size_t size)
{
	if (w->size + size > w->room)
	{
		w->room = 2 * (w->size + size);
		w->bytes = need(w->bytes, w->room);
	}
	memcpy(w->bytes + w->size, bytes, size);
	w->size += size;
}

static void
put32(Writer *w, uint32_t value)
{
	put(w, (uint8_t[]){ value & 0xFF, value >> 8 & 0xFF, value >> 16 & 0xFF, value >> 24 }, 4);
}

static void
put64(Writer *w, uint64_t value)
{
	put32(w, (uint32_t) value);
	put32(w, (uint32_t) (value >> 32));
}

static void
put_double(Writer *w, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	put64(w, bits);
}

/* What one unit of a column of the line adds to the logit. */
static double
weight_of(const Writer *w, int input)
{
	const LogisticFit *line = w->parts->line;

	return w->line_share * line->coefficient[input] / line->scale[input];
}

static uint32_t
count_listed(const Attribute *attribute, const Code *code)
{
	uint32_t n = 0;

	for (int i = 0; i < attribute->n_categories; i++)
		n += code->slot_of && code->slot_of[i] >= 0;
	return n;
}

/* What a missing value adds: its own column's weight, and that of the mean that stands for it. */
static double
missing_part(const Writer *w, const Code *code, int input)
{
	if (!code->missing)
		return 0;
	return weight_of(w, input) * (code->fill - w->parts->line->mean[input]) +
		   weight_of(w, input + 1);
}

static void
put_feature(Writer *w, const Attribute *attribute, const Code *code, int input)
{
	uint32_t n_listed = count_listed(attribute, code);

	put(w, attribute->name, PREDICTOR_NAME);
	put32(w, attribute->kind);
	put32(w, code->curved);
	put32(w, w->n_categories);
	put32(w, n_listed);
	put32(w, w->n_slots);
	put32(w, (uint32_t) code->n_slots);
	put32(w, code->other < 0 ? PREDICTOR_NONE : (uint32_t) code->other);
	put32(w, 0);
	put_double(w, w->parts->line->mean[input]);
	put_double(w, weight_of(w, input));
	put_double(w, code->low);
	put_double(w, code->high);
	put_double(w, missing_part(w, code, input));
	w->n_categories += n_listed;
	w->n_slots += (uint32_t) code->n_slots;
}

static int
by_hash(const void *a, const void *b)
{
	uint64_t x = ((const Listed *) a)->hash;
	uint64_t y = ((const Listed *) b)->hash;

	return (x > y) - (x < y);
}

static void
put_categories(Writer *w, const Attribute *attribute, const Code *code)
{
	Listed *listed = need(NULL, sizeof(Listed) * attribute->n_categories);
	int		n = 0;

	for (int i = 0; i < attribute->n_categories; i++)
		if (code->slot_of && code->slot_of[i] >= 0)
			listed[n++] = (Listed){ attribute->hashes[i], (uint32_t) code->slot_of[i] };
	qsort(listed, n, sizeof(Listed), by_hash);
	for (int i = 0; i < n; i++)
	{
		put64(w, listed[i].hash);
		put32(w, listed[i].slot);
		put32(w, 0);
	}
	need_free(listed);
}

static void
put_slots(Writer *w, const Code *code, int input)
{
	for (int i = 0; i < code->n_slots; i++)
		put_double(w, weight_of(w, input) * (code->evidence[i] - w->parts->line->mean[input]));
}

static void
put_node(Writer *w, const TreeNode *node)
{
	bool leaf = node->column < 0;

	put32(w, leaf ? PREDICTOR_NONE : (uint32_t) node->column);
	put32(w, leaf ? 0 : node->left | (node->missing_left ? PREDICTOR_MISSING_LEFT : 0));
	put_double(w, leaf ? w->trees_share * node->value : node->value);
	put_double(w, node->cover);
}

static void
put_attributes(Writer *w)
{
	const Encoding		 *e = w->parts->encoding;
	const AttributeTable *table = e->table;
	int					  input;

	input = 0;
	for (int j = 0; j < table->n_attributes; input += 1 + e->codes[j].missing, j++)
		put_feature(w, &table->attributes[j], &e->codes[j], input);
	for (int j = 0; j < table->n_attributes; j++)
		put_categories(w, &table->attributes[j], &e->codes[j]);
	input = 0;
	for (int j = 0; j < table->n_attributes; input += 1 + e->codes[j].missing, j++)
		put_slots(w, &e->codes[j], input);
}

/*
 * Columns have the mean 0 in the line. Those that say whether a value is
 * missing are moved back, to 0 for a value that is there.
 */
static double
intercept_of(const Writer *w)
{
	const Encoding *e = w->parts->encoding;
	double intercept = w->parts->calibration->offset + w->line_share * w->parts->line->intercept +
					   w->trees_share * w->parts->trees_base;
	int input = 0;

	for (int j = 0; j < e->table->n_attributes; input += 1 + e->codes[j].missing, j++)
		if (e->codes[j].missing)
			intercept -= weight_of(w, input + 1) * w->parts->line->mean[input + 1];
	return intercept;
}

static uint32_t
put_trees(Writer *w, int n_trees)
{
	uint32_t n_nodes = 0;

	for (int i = 0; i < n_trees; i++)
	{
		put32(w, (uint32_t) w->parts->trees[i].n_nodes);
		n_nodes += (uint32_t) w->parts->trees[i].n_nodes;
	}
	for (int i = 0; i < n_trees; i++)
		for (int k = 0; k < w->parts->trees[i].n_nodes; k++)
			put_node(w, &w->parts->trees[i].nodes[k]);
	return n_nodes;
}

/* The header, once everything is counted. */
static void
put_header(Writer *w, const uint32_t counts[6], double intercept)
{
	Writer head = { 0 };

	put(&head, PREDICTOR_MAGIC, 8);
	put32(&head, PREDICTOR_FORMAT);
	put32(&head, (uint32_t) w->size);
	put64(&head, 0);
	for (int i = 0; i < 6; i++)
		put32(&head, counts[i]);
	put_double(&head, intercept);
	memcpy(w->bytes, head.bytes, PREDICTOR_HEADER);
	head.size = 0;
	put64(&head, text_model_checksum(w->bytes + PREDICTOR_SUMMED, w->size - PREDICTOR_SUMMED));
	memcpy(w->bytes + 16, head.bytes, 8);
	need_free(head.bytes);
}

uint8_t *
predictor_write(const PredictorParts *parts, size_t *size)
{
	const Calibration *c = parts->calibration;
	int				   n_points = c->kind == CALIBRATION_ISOTONIC ? c->n_points : 0;
	int				   n_trees = parts->trees_share > 0 ? parts->n_trees : 0;
	Writer			   w = { .parts = parts };
	uint32_t		   n_nodes;

	w.line_share = parts->line_share * c->slope;
	w.trees_share = parts->trees_share * c->slope;
	put(&w, (uint8_t[PREDICTOR_HEADER]){ 0 }, PREDICTOR_HEADER);
	put_attributes(&w);
	n_nodes = put_trees(&w, n_trees);
	for (int i = 0; i < n_points; i++)
	{
		put_double(&w, c->from[i]);
		put_double(&w, c->to[i]);
	}
	put_header(&w,
			   (uint32_t[6]){ (uint32_t) parts->encoding->table->n_attributes, w.n_categories,
							  w.n_slots, (uint32_t) n_trees, n_nodes, (uint32_t) n_points },
			   intercept_of(&w));
	*size = w.size;
	return w.bytes;
}
