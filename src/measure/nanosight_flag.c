/* nanosight_flag.c: what an experiment summary says against itself, each with what it does. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/nanosight_flag.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *id;
    const char *effect;
    const char *effect_ja;
} meanings[FLAG_KINDS] = {
    [FLAG_PRINTED_DISAGREES] =
        {"printed_disagrees_with_bins",
         "The file contradicts itself and may have been altered or damaged: compare it with the "
         "instrument before any number of it is used.",
         "ファイル内で値が矛盾しており、改変や破損のおそれがあります。使う前に装置と照合してくださ"
         "い。"},
    [FLAG_AVERAGE_DISAGREES] =
        {"average_disagrees_with_videos",
         "The columns Average and Standard Error contradict the videos, so that one of them may "
         "have been altered or damaged: compare the file with the instrument.",
         "平均列・標準誤差列が動画の値と矛盾し、どちらかが改変または破損したおそれがあります。装置"
         "と照合してください。"},
    [FLAG_PERCENTILE_LEFT_EDGE] =
        {"percentile_left_edge",
         "All printed percentiles are 1 nm lower than those of NTA 3.3 and 3.4 for the same "
         "particles: only the recomputed D10, D50 and D90 can be compared between versions.",
         "印字の百分位径は、同じ粒子についてNTA 3.3・3.4より1 "
         "nm小さくなります。版の間の比較には再計算したD10・D50・D90だけを用いてください。"},
    [FLAG_PERCENTILE_EDGE_UNKNOWN] =
        {"percentile_edge_unknown",
         "The printed percentiles follow from the bins in no known way: only the recomputed D10, "
         "D50 and D90 have a known meaning.",
         "印字の百分位径がビンから既知の方法で導けません。再計算したD10・D50・D90だけが意味の定まっ"
         "た値です。"},
    [FLAG_EMPTY_VIDEO] = {"empty_video",
                          "A video without particles is left out of the pooled distribution, of "
                          "the mean and of the spread between videos.",
                          "粒子のない動画は、合算分布・平均・動画間のばらつきから除いています。"},
    [FLAG_AVERAGE_INCLUDES_EMPTY] =
        {"average_includes_empty_video",
         "The file's own Average counts the empty video as size zero and concentration zero: use "
         "the pooled figures instead.",
         "ファイルの平均列は空の動画を粒径ゼロ・濃度ゼロとして数えています。合算値を用いてください"
         "。"},
    [FLAG_UNPROCESSED_VIDEO] = {"unprocessed_video",
                                "The video was not analysed, so that its column is no measurement.",
                                "この動画は解析されておらず、その列は測定値ではありません。"},
    [FLAG_SINGLE_VIDEO] =
        {"single_video",
         "With fewer than two videos nothing is known about the spread between "
         "videos, which is larger than counting noise.",
         "動画が二つ未満では、計数誤差より大きい動画間のばらつきが分かりません。"},
    [FLAG_DILUTION_NOT_RECORDED] =
        {"dilution_not_recorded",
         "Concentrations are as measured in the diluted sample: they are not multiplied by any "
         "dilution, which has to come from elsewhere.",
         "濃度は希釈後の試料の実測値で、希釈倍率は掛けられていません。倍率は別の記録から得てくださ"
         "い。"},
    [FLAG_DILUTION_UNKNOWN] =
        {"dilution_unknown",
         "Whether concentrations are multiplied by a dilution cannot be told: they must not be "
         "used before that is known.",
         "濃度に希釈倍率が掛けられているか分かりません。明らかになるまで使わないでください。"},
    [FLAG_DILUTION_DIFFERS] = {"dilution_differs",
                               "The videos carry different dilutions, so that they are not repeats "
                               "of one measurement.",
                               "動画ごとに希釈倍率が違い、同じ測定の繰り返しではありません。"},
    [FLAG_CONCENTRATION_WARNING] = {"concentration_warning",
                                    "The instrument itself doubts the concentration.",
                                    "装置自身が濃度を疑っています。"},
    [FLAG_NOISE_WARNING] = {"noise_warning",
                            "Noise counted as particles raises the concentration and draws the "
                            "sizes down.",
                            "ノイズを粒子と数えると、濃度が高く、粒径が小さく出ます。"},
    [FLAG_VIBRATION] = {"vibration",
                        "Shared motion adds to every step, so that particles appear smaller unless "
                        "it was removed well.",
                        "共通の動きが変位に加わり、十分に除かれないと粒径が小さく出ます。"},
    [FLAG_COUNT_HIGH] = {"count_per_frame_high",
                         "Crowded frames confuse tracks: the concentration reads low and the "
                         "sizes are distorted.",
                         "粒子が混みすぎると軌跡が入れ替わり、濃度が低く、粒径がゆがんで出ます。"},
    [FLAG_COUNT_LOW] = {"count_per_frame_low",
                        "Few particles per frame make the concentration and the percentiles "
                        "imprecise.",
                        "1フレームの粒子が少なく、濃度と百分位径が不正確です。"},
    [FLAG_VENDOR_WARNING] = {"vendor_warning",
                             "The instrument's software asks for attention in a further row.",
                             "装置のソフトウェアが別の行で注意を促しています。"},
    [FLAG_SETTINGS_DIFFER] =
        {"settings_differ",
         "The videos were taken or analysed differently, so that pooled "
         "figures and the spread between videos mix methods.",
         "動画の撮影または解析条件が違い、合算値と動画間のばらつきに方法の差が混ざっています。"},
    [FLAG_TEMPERATURE_CONSTANT] =
        {"temperature_constant",
         "The same temperature in every video suggests that it was typed and not measured: sizes "
         "change by 2.6 % per kelvin.",
         "全動画で温度が同じで、実測でなく入力値と思われます。1Kで粒径が2.6%変わります。"},
    [FLAG_VISCOSITY_NOT_WATER] =
        {"viscosity_not_water",
         "The viscosity is not that of water at the recorded temperature; sizes change in "
         "inverse proportion to it.",
         "粘度が記録温度の水の値と違います。粒径は粘度に反比例して変わります。"},
    [FLAG_SHUTTER_TOO_LONG] =
        {"shutter_longer_than_frame",
         "An exposure cannot outlast its frame: shutter or frame rate is "
         "wrong.",
         "露光はフレームより長くなりません。シャッターかフレームレートが誤っています。"},
    [FLAG_TRACKS_INCONSISTENT] = {"tracks_inconsistent",
                                  "More tracks were valid than completed: one of the counts is "
                                  "wrong.",
                                  "有効な軌跡が完了した軌跡より多く、どちらかの数が誤っています。"},
    [FLAG_RANGE_EXCEEDED] =
        {"range_exceeded",
         "Particles reach the end of the table, so that larger ones are "
         "missing from all figures.",
         "粒子が表の上端に達しており、それより大きい粒子がすべての値から欠けています。"},
    [FLAG_ROW_MISSING] = {"row_missing",
                          "What these rows hold is unknown, and it is treated as unknown.",
                          "これらの行の内容は不明で、不明として扱います。"},
    [FLAG_VALUE_MISSING] = {"value_missing",
                            "The cell is empty and its value unknown; where a cell was lost, the "
                            "others of its row may stand under the wrong video.",
                            "セルが空で値は不明です。セルが欠落した場合、同じ行の他の値が別の動画の"
                            "下にあるおそれがあります。"},
    [FLAG_VERSION_UNTESTED] = {"version_untested",
                               "The relations between printed numbers are known for NTA 3.2, 3.3 "
                               "and 3.4 only.",
                               "印字値どうしの関係はNTA 3.2・3.3・3.4でのみ確認されています。"},
    [FLAG_VERSION_DIFFERS] =
        {"version_differs",
         "The file names two versions of the software, so that it is not "
         "certain which one measured.",
         "ファイルに二つの版のソフトウェア名があり、どちらで測定したか定まりません。"},
    [FLAG_TIME_NOT_UNDERSTOOD] = {"time_not_understood",
                                  "The time of the measurement is kept as text only.",
                                  "測定時刻は文字列としてのみ保持します。"},
};

void nanosight_flag_raise(struct arena *arena, struct nanosight *draft,
                          enum nanosight_flag_kind kind, const struct remarks *findings)
{
    if (findings->count == 0)
        return;
    struct nanosight_flag *flag = &draft->flags[draft->flag_count++];
    flag->id = meanings[kind].id;
    flag->effect = meanings[kind].effect;
    flag->effect_ja = meanings[kind].effect_ja;
    flag->value = remarks_text(arena, findings);
}

const struct nanosight_flag *nanosight_flag(const struct nanosight *result, const char *id)
{
    for (size_t i = 0; i < result->flag_count; i++) {
        if (strcmp(result->flags[i].id, id) == 0)
            return &result->flags[i];
    }
    return NULL;
}
