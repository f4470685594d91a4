/* claim_rules.c: claims against the record: facts in, verdicts and printable words out. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/claim.h"

#include "base/fold.h"
#include "quality/figure.h"

#include <string.h>

const struct rule claim_rules[CLAIM_RULES] = {
    {"PR-02.origin/1", "Is endosomal origin shown where a text says so?",
     "エンドソーム由来をうたう表示に、その証拠があるか。", "MISEV2018, MISEV2023"},
    {"PR-03.definition/1",
     "Does a purity in percent say what is counted, against what, and by which method?",
     "純度の表示に定義(分子・分母・測定法)があるか。", "MISEV2018, MISEV2023"},
    {"PR-03.factor/1",
     "Does a factor of concentration say what was concentrated, with its uncertainty?",
     "濃縮倍率の表示に対象と不確かさが示されているか。", "MISEV2018, MISEV2023"},
    {"DN-19.donor/1", "Are words about the donor those that the donor's fields generate?",
     "ドナーに関する表示は記録から生成されたものか。", "requirement DN-19"},
    {"QC-18.potency/1", "Is an effect or activity claimed only with a potency assay that is met?",
     "作用・活性の表示に、適合した力価試験があるか。", "Witwer 2019; Nguyen 2020"},
};

static const char *folded_words(struct arena *arena, const struct rows *words, const char *kind)
{
    for (size_t i = 0; i < words->count; i++) {
        const struct claim_words *row = &ROWS(*words, const struct claim_words)[i];
        if (text_equals(row->kind, kind) && !text_is_empty(row->words))
            return arena_copy(arena, row->words);
    }
    return NULL;
}

/* The first word of a kind in a folded text, and where; NULL words find nothing. */
static const char *word_in(struct arena *arena, const char *words, const char *folded,
                           const char **where)
{
    size_t count = 0;
    const char **each = words ? text_split(arena, words, ' ', &count) : NULL;
    for (size_t i = 0; i < count; i++) {
        const char *folded_word = text_fold(arena, each[i]);
        *where = *folded_word ? strstr(folded, folded_word) : NULL;
        if (*where)
            return each[i];
    }
    return NULL;
}

bool claim_has_kind(struct arena *arena, const struct rows *words, const char *kind,
                    const char *text)
{
    const char *where = NULL;
    const char *list = folded_words(arena, words, kind);
    return !list || word_in(arena, list, text_fold(arena, text), &where) != NULL;
}

/* The number that stands right before, or with a percent sign right behind, a word. */
static struct real number_beside(struct arena *arena, const char *folded, const char *where,
                                 size_t word)
{
    static const char digits[] = "0123456789.";
    struct real real = {0};
    const char *from = where;
    const char *behind = where + word;
    while (from > folded && strchr(digits, from[-1]))
        from--;
    const char *text = from < where ? arena_text(arena, from, (size_t)(where - from))
                                    : arena_text(arena, behind, strspn(behind, digits));
    if (*text && real_parse(text, &real.value))
        real.text = text;
    return real;
}

/* Whether a figure, rounded to the decimals that were claimed, says the same. */
static bool says_same(const struct real *claimed, const struct real *figure)
{
    const char *point = claimed->text ? strchr(claimed->text, '.') : NULL;
    double scale = 1;
    for (const char *at = point ? point + 1 : ""; *at; at++)
        scale *= 10;
    double difference = (claimed->value - figure->value) * scale;
    return claimed->text && figure->text && difference <= 0.5 && difference >= -0.5;
}

/* What a claim of one kind is judged from. */
struct asked {
    struct arena *arena;
    const struct claim_facts *facts;
    const char *folded;
    struct real number; /* beside the word, if any */
};

static const char *print(struct arena *arena, const char *start, const struct real *figure,
                         int digits, const char *end)
{
    return arena_print(arena, "%s%s%s", start, figure_print(arena, figure, digits), end);
}

static void judge_origin(const struct asked *asked, struct claim *claim)
{
    const struct claim_facts *facts = asked->facts;
    const bool shown = facts->origin && !text_equals(facts->origin, "none");
    claim->verdict = shown ? "supported" : "unsupported";
    claim->why = shown ? arena_print(asked->arena, "assay %s", facts->origin)
                       : "no evidence of endosomal origin is recorded";
    if (!facts->class_ja || !facts->class_en)
        return;
    if (!facts->share_percent.text) {
        claim->may_print_ja = arena_print(asked->arena, "EV 含有 %s", facts->class_ja);
        claim->may_print_en = arena_print(asked->arena, "%s containing EV", facts->class_en);
        return;
    }
    const char *share = figure_print(asked->arena, &facts->share_percent, 3);
    claim->may_print_ja =
        arena_print(asked->arena, "EV 含有 %s (small EV < 200 nm, NTA: 50-400 nm %s %%)",
                    facts->class_ja, share);
    claim->may_print_en =
        arena_print(asked->arena, "%s containing EV (small EV < 200 nm, NTA: 50-400 nm %s %%)",
                    facts->class_en, share);
}

static void judge_purity(const struct asked *asked, struct claim *claim)
{
    const struct claim_facts *facts = asked->facts;
    bool defined = facts->purity_definition && !text_equals(facts->purity_definition, "none");
    bool same = defined && says_same(&asked->number, &facts->purity_percent);
    claim->verdict = same ? "supported" : "unsupported";
    claim->why = same      ? facts->purity_definition
                 : defined ? "the record does not hold this number"
                           : "no definition of purity is signed";
    if (facts->particles_per_ug.text) {
        claim->may_print_ja = print(asked->arena, "粒子数/タンパク質比 ", &facts->particles_per_ug,
                                    3, " /µg (NTA、タンパク質定量)");
        claim->may_print_en = print(asked->arena, "particles per protein ",
                                    &facts->particles_per_ug, 3, " /ug (NTA, protein assay)");
    }
}

static void judge_concentration(const struct asked *asked, struct claim *claim)
{
    const struct claim_facts *facts = asked->facts;
    struct arena *arena = asked->arena;
    bool volume = says_same(&asked->number, &facts->volume_factor);
    claim->verdict = volume ? "in_part" : "unsupported";
    if (!facts->volume_factor.text) {
        claim->why = "no volume factor is recorded";
        return;
    }
    claim->may_print_ja =
        arena_print(arena, "体積濃縮倍率 %s", figure_fixed(arena, &facts->volume_factor, 2));
    claim->may_print_en =
        arena_print(arena, "volume factor %s", figure_fixed(arena, &facts->volume_factor, 2));
    claim->why = volume ? "the volume factor carries it; particles were not counted"
                        : "the volume factor does not carry it";
    if (!facts->particle_factor.text || !facts->particle_factor_uncertainty.text)
        return;
    const char *particles =
        arena_print(arena, "%s ± %s (k = 1)", figure_fixed(arena, &facts->particle_factor, 2),
                    figure_fixed(arena, &facts->particle_factor_uncertainty, 2));
    claim->why = arena_print(arena, "volume %s, particles %s",
                             volume ? "supported" : "not supported", particles);
    claim->may_print_ja = arena_print(arena, "%s、粒子濃縮倍率 %s", claim->may_print_ja, particles);
    claim->may_print_en =
        arena_print(arena, "%s; particle factor %s", claim->may_print_en, particles);
}

/* Age and identity only: youth, origin and health of a person are no claims about a product. */
static void judge_donor(const struct asked *asked, struct claim *claim)
{
    const struct claim_facts *facts = asked->facts;
    struct text ja = text_open(asked->arena);
    struct text en = text_open(asked->arena);
    bool known = facts->donors.count > 0;
    for (size_t i = 0; i < facts->donors.count; i++) {
        const struct claim_donor *donor = &ROWS(facts->donors, const struct claim_donor)[i];
        known = known && donor->age_years.known;
        text_print(&ja, "%s採取時%lld歳、身元確認%s", i ? "、" : "",
                   (long long)donor->age_years.value, donor->identity_checked ? "済" : "なし");
        text_print(&en, "%saged %lld at collection, identity %s", i ? "; " : "",
                   (long long)donor->age_years.value,
                   donor->identity_checked ? "checked" : "not checked");
    }
    claim->verdict = "unsupported";
    claim->why = "age at collection and the identity check are recorded, nothing else";
    claim->may_print_ja = known ? ja.bytes : NULL;
    claim->may_print_en = known ? en.bytes : NULL;
}

static void judge_potency(const struct asked *asked, struct claim *claim)
{
    const char *potency = asked->facts->potency;
    bool shown = potency && !text_equals(potency, "none");
    claim->verdict = shown ? "supported" : "unsupported";
    claim->why =
        shown ? arena_print(asked->arena, "assay %s", potency) : "no potency assay is established";
    claim->may_print_ja = shown ? NULL : "力価: 未確立";
    claim->may_print_en = shown ? NULL : "potency: not established";
}

static const struct {
    const char *kind;
    const char *rule;
    void (*judge)(const struct asked *asked, struct claim *claim);
} kinds[CLAIM_RULES] = {
    {"origin", "PR-02.origin/1", judge_origin},
    {"purity", "PR-03.definition/1", judge_purity},
    {"concentration", "PR-03.factor/1", judge_concentration},
    {"donor", "DN-19.donor/1", judge_donor},
    {"potency", "QC-18.potency/1", judge_potency},
};

/* What the record itself offers for print is no claim: it is taken out before words are sought. */
static const char *without(struct arena *arena, const char *folded, const char *generated)
{
    const char *offered = text_fold(arena, generated);
    const char *where = *offered ? strstr(folded, offered) : NULL;
    if (!where)
        return folded;
    return arena_print(arena, "%.*s\n%s", (int)(where - folded), folded, where + strlen(offered));
}

static const char *unoffered(struct arena *arena, const struct claim_facts *facts)
{
    const char *folded = text_fold(arena, facts->text);
    for (size_t i = 0; i < CLAIM_RULES; i++) {
        struct claim claim = {0};
        const struct asked asked = {.arena = arena, .facts = facts, .folded = folded};
        kinds[i].judge(&asked, &claim);
        folded = without(arena, folded, claim.may_print_ja);
        folded = without(arena, folded, claim.may_print_en);
    }
    return folded;
}

/* Wherever a word of the kind stands there is a claim with a number of its own: what is said of the
 * kind is the first that the record does not carry. Whether there was any. */
static bool judge_each(const struct asked *text, size_t kind, const char *words,
                       struct claim *claim)
{
    struct asked asked = *text;
    size_t count = 0;
    bool found = false;
    const char **each = text_split(asked.arena, words, ' ', &count);
    for (size_t i = 0; i < count; i++) {
        const char *word = text_fold(asked.arena, each[i]);
        const char *where = *word ? strstr(asked.folded, word) : NULL;
        for (; where; where = strstr(where + 1, word)) {
            struct claim one = {
                .kind = kinds[kind].kind, .found = each[i], .rule = kinds[kind].rule};
            if (found && !text_equals(claim->verdict, "supported"))
                return true;
            asked.number = number_beside(asked.arena, asked.folded, where, strlen(word));
            kinds[kind].judge(&asked, &one);
            *claim = one;
            found = true;
        }
    }
    return found;
}

void claim_judge(struct arena *arena, const struct claim_facts *facts, struct rows *claims)
{
    struct claim *found = arena_take(arena, CLAIM_RULES * sizeof *found);
    const char *folded = unoffered(arena, facts);
    *claims = (struct rows){0, found};
    for (size_t i = 0; i < CLAIM_RULES; i++) {
        const char *words = folded_words(arena, &facts->words, kinds[i].kind);
        const struct asked asked = {.arena = arena, .facts = facts, .folded = folded};
        struct claim *claim = &found[claims->count];
        if (words) {
            claims->count += judge_each(&asked, i, words, claim);
            continue;
        }
        *claim = (struct claim){
            .kind = kinds[i].kind,
            .verdict = "unknown",
            .rule = kinds[i].rule,
            .why = arena_print(arena, "no words claim_words.%s are signed", kinds[i].kind)};
        claims->count++;
    }
}

const char *claim_against(struct arena *arena, const struct rows *claims)
{
    struct text rules = text_open(arena);
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *claim = &ROWS(*claims, const struct claim)[i];
        if (!text_equals(claim->verdict, "supported"))
            text_print(&rules, "%s%s", rules.length ? " " : "", claim->rule);
    }
    return rules.length ? rules.bytes : "";
}

const char *claim_tell(struct arena *arena, const struct rows *claims)
{
    struct text told = text_open(arena);
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *claim = &ROWS(*claims, const struct claim)[i];
        if (text_equals(claim->verdict, "supported"))
            continue;
        text_print(&told, "%s%s: %s", told.length ? "; " : "",
                   claim->found ? claim->found : claim->kind, claim->why);
        if (claim->may_print_ja)
            text_print(&told, ", print \"%s\"", claim->may_print_ja);
    }
    return told.length ? told.bytes : "";
}
