/* wording.c: one table of printed names. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/wording.h"

#include "base/text.h"

static const struct {
    const char *word;
    const char *ja;
    const char *en;
} wordings[] = {
    {"conditioned_medium", "培養上清", "conditioned medium"},
    {"concentrated_conditioned_medium", "濃縮培養上清", "concentrated conditioned medium"},
    {"ev_enriched", "EV 濃縮物", "EV-enriched preparation"},
    {"purified_ev", "精製 EV", "purified EV"},
    {"lyophilised_cm", "凍結乾燥培養上清", "lyophilised conditioned medium"},
    {"lyophilised_ev", "凍結乾燥 EV", "lyophilised EV"},
    {"topical_serum", "外用美容液", "topical serum"},
    {"placebo_vehicle", "プラセボ(溶媒)", "placebo (vehicle)"},
    {"adipose", "脂肪組織", "adipose tissue"},
    {"dental_pulp_deciduous", "乳歯歯髄", "dental pulp (deciduous)"},
    {"dental_pulp_permanent", "永久歯歯髄", "dental pulp (permanent)"},
    {"umbilical_cord", "臍帯", "umbilical cord"},
    {"bone_marrow", "骨髄", "bone marrow"},
    {"placenta", "胎盤", "placenta"},
    {"none", "なし", "none"},
    {"other", "その他", "other"},
    {"iv", "点滴静注", "intravenous"},
    {"injection", "注射", "injection"},
    {"intra_articular", "関節内", "intra-articular"},
    {"scalp_injection", "頭皮注射", "scalp injection"},
    {"microneedle", "マイクロニードル", "microneedle"},
    {"topical", "外用", "topical"},
    {"nasal", "点鼻", "nasal"},
    {"sterility", "無菌試験", "sterility"},
    {"endotoxin_eu_per_ml", "エンドトキシン", "endotoxin"},
    {"particles_per_ml", "粒子数", "particle number"},
    {"protein_ug_per_ml", "タンパク質", "protein"},
    {"particles_per_ug", "粒子数/タンパク質比", "particles per protein"},
    {"size_share_50_400_percent", "粒径 50-400 nm の割合", "size share 50-400 nm"},
    {"median_nm", "粒径中央値", "median size"},
    {"mean_nm", "平均粒径", "mean size"},
    {"d10_nm", "粒径 D10", "size D10"},
    {"d50_nm", "粒径 D50", "size D50"},
    {"d90_nm", "粒径 D90", "size D90"},
    {"span", "粒径分布の幅", "span of sizes"},
    {"particles_at_or_above_d95_per_ml", "粒子数 (検出率95%以上)", "particles at or above d95"},
    {"markers", "マーカー", "markers"},
    {"subvisible_10um_per_container", "不溶性微粒子 ≥ 10 µm", "sub-visible >= 10 um"},
    {"subvisible_25um_per_container", "不溶性微粒子 ≥ 25 µm", "sub-visible >= 25 um"},
    {"ph", "pH", "pH"},
    {"osmolality_mosm_per_kg", "浸透圧", "osmolality"},
    {"extractable_volume_ml", "採取容量", "extractable volume"},
    {"visual_rejects_percent", "外観検査 不良率", "visual rejects"},
    {"mycoplasma", "マイコプラズマ", "mycoplasma"},
    {"virus_nat", "ウイルス NAT", "virus NAT"},
    {"residual_cells", "残存細胞", "residual cells"},
    {"antibiotic_residue", "抗生物質残留", "antibiotic residue"},
    {"bovine_serum", "ウシ血清", "bovine serum"},
    {"potency", "力価", "potency"},
    {"filter_recovery_percent", "ろ過 粒子回収率", "filter particle recovery"},
    {"membrane_yield_percent", "TFF 粒子収率", "TFF particle yield"},
    {"no_growth", "発育なし", "no growth"},
    {"not_detected", "検出せず", "not detected"},
    {"detected", "検出", "detected"},
    {"not_applicable", "該当なし", "not applicable"},
    {"not_applicable_allowed", "該当なし可", "n/a allowed"},
    {"none_established", "未確立", "none established"},
    {"mode_nm", "最頻値", "mode"},
    {"complete", "充足", "complete"},
    {"volume_factor", "体積濃縮倍率", "volume factor"},
    {"particle_factor", "粒子濃縮倍率", "particle factor"},
    {"retention", "保持率 R", "retention R"},
    {"met", "適合", "met"},
    {"not_met", "不適合", "not met"},
    {"unknown", "判定不能", "unknown"},
    {"simple", "単純受入", "simple"},
    {"guarded", "保護幅", "guarded"},
    {"interval", "区間", "interval"},
};

static const char *plain(struct arena *arena, const char *word)
{
    char *copy = arena_copy(arena, word);
    for (char *at = copy; at && *at; at++)
        if (*at == '_')
            *at = ' ';
    return copy;
}

const char *wording_of(struct arena *arena, const char *word, enum wording_language language)
{
    for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++)
        if (text_equals(wordings[i].word, word))
            return language == WORDING_JA ? wordings[i].ja : wordings[i].en;
    return plain(arena, word);
}

const char *wording_list(struct arena *arena, const char *words, enum wording_language language)
{
    size_t count = 0;
    struct text text = text_open(arena);
    const char **each = words ? text_split(arena, words, ' ', &count) : NULL;
    for (size_t i = 0; i < count; i++)
        text_print(&text, "%s%s", i ? (language == WORDING_JA ? "・" : ", ") : "",
                   wording_of(arena, each[i], language));
    return text.length ? text.bytes : NULL;
}

int wording_rank(const char *word)
{
    int rank = 0;
    for (; rank < (int)(sizeof wordings / sizeof *wordings); rank++)
        if (text_equals(wordings[rank].word, word))
            break;
    return rank;
}
