/* recall_walk.c: a recall as a walk over arrays in memory. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */

/* recall_walk LOTS SEED
 *
 * The graph of recall_plain as compressed rows, both ways, made from the family itself. Reads lines
 *   forward NODE    or    backward NODE
 * and answers each with seconds and the number of nodes that were reached, each once. */
#include "recall_model.h"

#include <stdio.h>
#include <string.h>

/* The neighbours of node n are at[begin[n]] to at[begin[n + 1] - 1]. */
struct rows {
    uint32_t *begin;
    uint32_t *at;
    bool swapped;
};

struct walk {
    struct rows forward;
    struct rows backward;
    uint64_t *seen; /* a bit for each node */
    uint32_t *found;
    size_t nodes;
};

static void *take(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (!memory)
        stop("There is not enough memory.");
    return memory;
}

static void count_edge(void *context, int64_t parent, int64_t child)
{
    struct rows *rows = context;
    rows->begin[(rows->swapped ? child : parent) + 2]++;
}

/* begin[n + 1] is where the next neighbour of n goes; when all have come, where n + 1 begins. */
static void put_edge(void *context, int64_t parent, int64_t child)
{
    struct rows *rows = context;
    int64_t from = rows->swapped ? child : parent;
    rows->at[rows->begin[from + 1]++] = (uint32_t)(rows->swapped ? parent : child);
}

static void fill(struct rows *rows, const struct model *model, size_t nodes)
{
    struct model_visitor visitor = {count_edge, rows};
    rows->begin = take(nodes + 2, sizeof *rows->begin);
    model_edges_above(model, &visitor);
    model_edges_below(model, &visitor);
    for (size_t i = 2; i < nodes + 2; i++)
        rows->begin[i] += rows->begin[i - 1];
    rows->at = take(rows->begin[nodes + 1] + 1, sizeof *rows->at);
    visitor.edge = put_edge;
    model_edges_above(model, &visitor);
    model_edges_below(model, &visitor);
}

static size_t reach(struct walk *walk, const struct rows *rows, uint32_t start)
{
    size_t count = 1;
    walk->found[0] = start;
    walk->seen[start / 64] |= UINT64_C(1) << start % 64;
    for (size_t i = 0; i < count; i++) {
        uint32_t node = walk->found[i];
        for (uint32_t j = rows->begin[node]; j < rows->begin[node + 1]; j++) {
            uint32_t next = rows->at[j];
            uint64_t bit = UINT64_C(1) << next % 64;
            if (walk->seen[next / 64] & bit)
                continue;
            walk->seen[next / 64] |= bit;
            walk->found[count++] = next;
        }
    }
    for (size_t i = 0; i < count; i++)
        walk->seen[walk->found[i] / 64] = 0;
    return count;
}

int main(int count, char **words)
{
    struct walk walk = {.backward.swapped = true};
    char line[64];
    if (count != 3)
        stop("Use: recall_walk LOTS SEED");
    struct model model = model_open(strtoll(words[1], NULL, 10), strtoull(words[2], NULL, 10));
    walk.nodes = (size_t)model_nodes(&model).end;
    fill(&walk.forward, &model, walk.nodes);
    fill(&walk.backward, &model, walk.nodes);
    walk.seen = take(walk.nodes / 64 + 1, sizeof *walk.seen);
    walk.found = take(walk.nodes, sizeof *walk.found);
    while (fgets(line, sizeof line, stdin)) {
        const char *node = strchr(line, ' ');
        unsigned long start = node ? strtoul(node, NULL, 10) : walk.nodes;
        if (start >= walk.nodes)
            stop("A line reads: forward NODE");
        bool forward = strncmp(line, "forward ", 8) == 0;
        double began = now_s();
        size_t found = reach(&walk, forward ? &walk.forward : &walk.backward, (unsigned)start);
        printf("%.9f %zu\n", now_s() - began, found);
        fflush(stdout);
    }
    free(walk.forward.begin);
    free(walk.forward.at);
    free(walk.backward.begin);
    free(walk.backward.at);
    free(walk.seen);
    free(walk.found);
    model_close(&model);
    return 0;
}
