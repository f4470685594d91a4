/* import_flag.c: what an export says against itself or hides, each with what it does. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/import_flag.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *id;
    const char *effect;
    const char *effect_ja;
} meanings[IMPORT_FLAG_KINDS] = {
    [IMPORT_UNVALIDATED] =
        {"unvalidated",
         "Unvalidated: no real file was at hand. The field list comes from other readers: compare "
         "the numbers with the instrument's own screen before they are relied on.",
         "未検証：実機のファイルがありませんでした。項目は他の読み取りプログラムに基づくため、"
         "使う前に装置の画面と照合してください。"},
    [IMPORT_NO_CONCENTRATION] =
        {"no_concentration",
         "The file holds neither a dilution nor a counted volume: no concentration follows from "
         "it.",
         "希釈倍率も計数体積も記録がなく、濃度は求められません。"},
    [IMPORT_NOTHING_INCLUDED] =
        {"nothing_included",
         "The instrument counted no particle of the file: its figures are unknown and not zero.",
         "装置が分布に採用した粒子がなく、値はゼロではなく不明です。"},
    [IMPORT_PARTICLES_EXCLUDED] =
        {"particles_excluded",
         "The instrument left particles out by rules that the file does not tell: both "
         "distributions are given, and they differ as far as the rules select by size.",
         "装置が、ファイルに示されない規則で粒子を除いています。除外が粒径に依存する分だけ、"
         "両方の分布が異なります。"},
    [IMPORT_SIZE_MISSING] =
        {"size_missing",
         "Particles without a size, which the instrument did not include, are in no distribution.",
         "粒径のない（装置も不採用の）粒子は、どの分布にも入っていません。"},
    [IMPORT_SIZE_NOT_DIFFUSION] =
        {"size_disagrees_with_diffusion",
         "Size times diffusion coefficient is kT/(3 pi viscosity) and the same for all particles; "
         "where it is not, one of the two was altered or corrected.",
         "粒径と拡散係数の積は全粒子で同じはずです。違う粒子では、どちらかが補正または改変されて"
         "います。"},
    [IMPORT_ROWS_DISAGREE] =
        {"rows_disagree",
         "The rows of one particle carry different sizes, coefficients or marks: the first row is "
         "taken, and the file may have been altered.",
         "同じ粒子の行で粒径・拡散係数・採用印が違います。最初の行を用いますが、改変のおそれが"
         "あります。"},
    [IMPORT_IDS_DISAGREE] =
        {"particles_disagree",
         "The two files do not hold the same particles: they may come from different videos.",
         "二つのファイルの粒子が一致せず、別の動画のものかもしれません。"},
    [IMPORT_LENGTH_DISAGREES] =
        {"track_length_disagrees",
         "Track length is the number of positions; where it is not, positions were lost or added.",
         "軌跡長は位置の数と等しいはずです。違う場合、位置が欠落または追加されています。"},
    [IMPORT_START_DISAGREES] =
        {"start_frame_disagrees",
         "The start frame is that of the first position; where it is not, rows were lost or frames "
         "are counted from another number.",
         "開始フレームは最初の位置のフレームのはずです。違う場合、行の欠落か番号のずれがあります"
         "。"},
    [IMPORT_INCLUSION_DISAGREES] =
        {"inclusion_disagrees",
         "The two files mark different particles as included: it is not certain which distribution "
         "the instrument showed.",
         "採用印が二つのファイルで違い、装置が示した分布がどちらか定まりません。"},
    [IMPORT_VALUES_DISAGREE] =
        {"values_disagree",
         "The two files give different sizes or coefficients for the same particle: they were not "
         "written by one analysis.",
         "同じ粒子の粒径または拡散係数が二つのファイルで違い、同じ解析の出力ではありません。"},
    [IMPORT_EMPTY_RESULT] =
        {"empty_result",
         "Nothing was tracked, and the printed zeros are no measurement: the concentration is "
         "unknown and not zero, and there are no sizes.",
         "軌跡がなく、印字されたゼロは測定値ではありません。濃度はゼロでなく不明で、粒径もありませ"
         "ん。"},
    [IMPORT_CONCENTRATION_IN_CELL] =
        {"concentration_in_cell",
         "Concentrations are those in the cell, of the diluted sample: the file has not multiplied "
         "them by its dilution.",
         "濃度はセル内（希釈後）の値で、ファイルの希釈倍率は掛けられていません。"},
    [IMPORT_CONCENTRATION_DISAGREES] =
        {"concentration_disagrees",
         "The concentration is not the mean number of particles over the counting volume of "
         "2.33e-6 cm3: its basis is unknown, and it must not be used before that is settled.",
         "濃度が平均粒子数÷計数体積（2.33e-6 cm3）と合わず、基準が不明です。"
         "明らかになるまで使わないでください。"},
    [IMPORT_CONCENTRATION_MULTIPLIED] =
        {"concentration_multiplied",
         "Unlike other files of this instrument, this one carries concentrations that are "
         "multiplied by the dilution already: they must not be multiplied again.",
         "この装置の他のファイルと違い、濃度に希釈倍率が掛けられています。再び掛けないでください"
         "。"},
    [IMPORT_CORRECTION_FACTOR] =
        {"correction_factor",
         "Somebody set a factor by which concentrations are corrected: results of different "
         "factors cannot be compared.",
         "濃度の補正係数が設定されています。係数の違う結果は比較できません。"},
    [IMPORT_NOT_CONCENTRATIONS] =
        {"volume_and_area_are_no_concentrations",
         "The columns Volume and Area are number times pi d3/6 and pi d2/4 of a sphere: they are "
         "no concentrations and are not reported as such.",
         "Volume列とArea列は個数×πd3/6、個数×πd2/4であり、濃度ではありません。"},
    [IMPORT_MOMENTS_DISAGREE] =
        {"volume_or_area_disagrees",
         "A row contradicts itself: Volume and Area do not follow from Number and Size, and the "
         "file may have been altered or damaged.",
         "VolumeまたはAreaが個数と粒径から導かれる値と合わず、改変や破損のおそれがあります。"},
    [IMPORT_TRACES_DISAGREE] =
        {"traces_disagree",
         "The table does not hold as many particles as the file says were tracked: it may have "
         "been altered or damaged.",
         "表の粒子数が軌跡数と一致せず、改変や破損のおそれがあります。"},
    [IMPORT_MEDIAN_AT_CENTRE] =
        {"percentile_at_bin_centre",
         "The printed medians take the cumulative sum at bin centres and read half a bin lower "
         "than at the right edge: only recomputed figures can be compared between instruments.",
         "印字の中央値は累積をビン中央で取り、右端で取る値より半ビン小さくなります。"
         "装置間の比較には再計算値だけを用いてください。"},
    [IMPORT_MEDIAN_DISAGREES] =
        {"median_disagrees",
         "The printed median follows from the bins in no known way: only the recomputed figures "
         "have a known meaning, and the file may have been altered.",
         "印字の中央値がビンから既知の方法で導けません。再計算値だけが意味の定まった値で、"
         "改変のおそれもあります。"},
    [IMPORT_VISCOSITY_NOT_WATER] =
        {"viscosity_not_water",
         "The viscosity is not that of water at the printed temperature (IAPWS 2008); sizes change "
         "in inverse proportion to it.",
         "粘度がこの温度の水の値（IAPWS 2008）と違い、粒径がその逆比でずれます。"},
    [IMPORT_TEMPERATURE_ENTERED] =
        {"temperature_entered",
         "The temperature was typed or is missing, not sensed: sizes change by 2.6 % per kelvin.",
         "温度が実測でなく入力値か不明です。1Kで粒径が2.6%変わります。"},
    [IMPORT_CHECK_NEVER] =
        {"check_never_done",
         "The date 1904-01-01 stands for never: this check of the instrument was not made.",
         "1904-01-01は「未実施」を意味し、装置のこの点検は行われていません。"},
    [IMPORT_CHECK_NOT_GOOD] =
        {"check_not_good", "The instrument's own check did not end well: its result is in doubt.",
         "装置自身の点検結果が良好でなく、測定値に疑いがあります。"},
    [IMPORT_FIELD_MISSING] = {"field_missing",
                              "What these lines hold is unknown, and it is treated as unknown.",
                              "これらの項目は不明で、不明として扱います。"},
    [IMPORT_VERSION_UNTESTED] =
        {"version_untested", "The relations between printed numbers are known for ZetaView 8 only.",
         "印字値どうしの関係はZetaView 8でのみ確認されています。"},
    [IMPORT_RANGE_EXCEEDED] =
        {"range_exceeded",
         "Particles reach the end of the table, so that larger ones are missing from all figures.",
         "粒子が表の上端に達しており、それより大きい粒子がすべての値から欠けています。"},
    [IMPORT_POSITIONS_REMOVED] =
        {"positions_removed",
         "The instrument left these positions out; where it does so by size or number, spread "
         "between positions looks smaller than it is.",
         "装置がこれらの位置を除いています。粒径や個数で除くと、位置間のばらつきが実際より小さく"
         "見えます。"},
    [IMPORT_POSITION_EMPTY] =
        {"position_without_traces",
         "A position without traces prints the last bin as its X50: that is no size.",
         "軌跡のない位置のX50は最後のビンの値で、粒径ではありません。"},
    [IMPORT_NO_POSITION_USED] =
        {"no_position_used",
         "All positions were left out, and the printed means of zero are no measurement.",
         "すべての位置が除かれており、印字された平均のゼロは測定値ではありません。"},
    [IMPORT_REMOVAL_UNCLEAR] =
        {"removal_unclear",
         "A position is used although it was removed, or left out without a reason: the means may "
         "not be those of the marked positions.",
         "除外理由のある位置が使われているか、理由なく除かれており、平均の対象が定まりません。"},
    [IMPORT_MEANS_MISSING] =
        {"means_missing",
         "The rows Mean and St.Dev. are not there: the file may have been cut behind a position.",
         "Mean行とSt.Dev.行がなく、ファイルが途中で切れているおそれがあります。"},
    [IMPORT_MEANS_DISAGREE] =
        {"means_disagree",
         "The printed means or deviations do not follow from the positions used: the file may have "
         "been altered or damaged.",
         "印字の平均または標準偏差が使用位置から導けず、改変や破損のおそれがあります。"},
    [IMPORT_ORIGINAL_DISAGREES] =
        {"original_concentration_disagrees",
         "The original concentration is not the one in the cell times one dilution: which of them "
         "holds is unknown.",
         "元濃度がセル内濃度×同じ希釈倍率になっておらず、どれが正しいか不明です。"},
    [IMPORT_POSITIONS_DISAGREE] =
        {"positions_disagree",
         "Positions and size distribution do not add up to the same measurement: the files may not "
         "belong together.",
         "位置のファイルと粒径のファイルの数が合わず、同じ測定のものではないおそれがあります。"},
};

void import_flag_raise(struct arena *arena, struct import_flags *flags, enum import_flag_kind kind,
                       const struct remarks *findings)
{
    if (findings->count == 0)
        return;
    assert(flags->count < IMPORT_FLAGS);
    flags->items[flags->count++] =
        (struct import_flag){meanings[kind].id, remarks_text(arena, findings),
                             meanings[kind].effect, meanings[kind].effect_ja};
}

const struct import_flag *import_flag_named(const struct import_flags *flags, const char *id)
{
    for (size_t i = 0; i < flags->count; i++) {
        if (strcmp(flags->items[i].id, id) == 0)
            return &flags->items[i];
    }
    return NULL;
}
