/* flag_meaning.c: what each flag is called, and what it does to the result. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/flag.h"

static const struct flag_meaning meanings[QUALITY_KINDS] = {
    [QUALITY_NONE] = {"none", "", "Nothing is doubted.", "疑いはありません。"},
    [QUALITY_TRACKS] =
        {"tracks", "tracks",
         "Below 1,000 tracks the percentiles scatter by several percent, and below 200 they are no "
         "measurement.",
         "軌跡が1000本未満では百分位径が数%ばらつき、200本未満では測定値になりません。"},
    [QUALITY_COUNT_PER_FRAME] =
        {"count_per_frame", "particles/frame",
         "Too few particles in a frame leave the concentration imprecise; too many hide one "
         "another, so that it reads low.",
         "1フレームの粒子が少なすぎると濃度が不正確になり、多すぎると互いに隠れて低く出ます。"},
    [QUALITY_CROWDING] =
        {"crowding", "",
         "Particles stand so close that tracks jump from one to another: sizes come out too small.",
         "粒子が近すぎて軌跡が別の粒子へ移り、粒径が小さく出ます。"},
    [QUALITY_DRIFT] = {"drift", "of the rms step",
                       "The whole field moves: what is left of that after correction adds to every "
                       "step and makes particles look smaller.",
                       "視野全体が流れており、補正の残りが変位に加わって粒径が小さく出ます。"},
    [QUALITY_VIBRATION] =
        {"vibration", "of the expected variance",
         "The field shakes: the shared motion adds to every step and makes particles look smaller.",
         "視野が振動しており、共通の動きが変位に加わって粒径が小さく出ます。"},
    [QUALITY_SATURATION] =
        {"saturation", "of the spots",
         "The brightness of saturated spots is unknown, so that their depth and position are "
         "wrong.",
         "飽和した輝点は明るさが分からず、計数深さと位置が誤ります。"},
    [QUALITY_BACKGROUND_STEP] =
        {"background_step", "of the background",
         "The light changed during a video: the detection limit and the counting depth changed "
         "with it.",
         "撮影中に背景光が変わり、検出限界と計数深さも変わりました。"},
    [QUALITY_COUNT_TREND] =
        {"count_trend", "of the mean count",
         "The count rises or falls over the videos, as by sedimentation or a pump: the mean is not "
         "that of the sample.",
         "沈降やポンプなどで計数が増減しており、平均は試料の値ではありません。"},
    [QUALITY_COUNTS_DISAGREE] =
        {"counts_disagree", "sd",
         "One video counts so differently from the others that the mean may not stand for the "
         "sample.",
         "1つの動画の計数が他と大きく違い、平均が試料を代表しないおそれがあります。"},
    [QUALITY_COUNT_VARIANCES_DISAGREE] =
        {"count_variances_disagree", "of all variances",
         "The count of one video fluctuates far more than that of the others: clumps or a "
         "disturbance may be in it.",
         "1つの動画の計数の変動が他より大きく、凝集や外乱のおそれがあります。"},
    [QUALITY_D50_DISAGREE] =
        {"d50_disagree", "sd",
         "One video gives so different a D50 that the pooled sizes may not stand for the sample.",
         "1つの動画のD50が他と大きく違い、合わせた粒径が試料を代表しないおそれがあります。"},
    [QUALITY_EMPTY_VIDEO] =
        {"empty_video", "videos",
         "A video without particles is left out, because counting it as zero would lower every "
         "mean.",
         "粒子のない動画は、ゼロと数えると平均がすべて下がるため除いています。"},
    [QUALITY_TEMPERATURE_MISSING] =
        {"temperature_missing", "videos",
         "Without its temperature a video has no sizes: each kelvin is worth 2.6 % at 25 C.",
         "温度のない動画では粒径が定まりません。25℃では1Kが粒径の2.6%に当たります。"},
    [QUALITY_TEMPERATURE_CONSTANT] =
        {"temperature_constant", "K",
         "The same temperature to the digit in all videos was probably typed and not measured: "
         "sizes may be off by 2.6 % per kelvin.",
         "全動画で温度が完全に同じで、実測でなく入力値と思われます。1Kで粒径が2.6%ずれます。"},
    [QUALITY_VISCOSITY] =
        {"viscosity", "relative to water",
         "The viscosity is not that of water at this temperature: sizes are off by the same "
         "proportion.",
         "粘度がこの温度の水の値と違い、粒径が同じ割合でずれます。"},
    [QUALITY_DILUTION] =
        {"dilution", "times",
         "Without the dilution there is no concentration of the sample, only of what was in the "
         "cell.",
         "希釈倍率がないと、試料ではなくセル内の濃度しか分かりません。"},
    [QUALITY_EXPOSURE] =
        {"exposure", "",
         "Without the recorded exposure the blur of the motion is unknown: sizes may be up to 50 % "
         "off.",
         "露光時間の記録がないと動きのぶれが分からず、粒径が最大50%ずれるおそれがあります。"},
    [QUALITY_DROPPED_FRAMES] =
        {"dropped_frames", "of the frames",
         "Where frames are missing and not marked, steps look longer and particles smaller.",
         "欠けたフレームに印がないと、変位が長く、粒径が小さく見えます。"},
    [QUALITY_CENTRES_PER_PARTICLE] =
        {"centres_per_particle", "",
         "Many spots belong to no track: noise is being counted, and the concentration reads high.",
         "軌跡に属さない輝点が多く、ノイズを数えて濃度が高く出ます。"},
    [QUALITY_VALID_SHARE] =
        {"valid_share", "of the completed tracks",
         "The share of valid tracks is unusual: the detection threshold or the tracker's gate may "
         "be wrong.",
         "有効な軌跡の割合が通常と違い、検出しきい値や追跡範囲が誤っているおそれがあります。"},
};

const struct flag_meaning *flag_meaning(enum flag_kind kind)
{
    return &meanings[kind < QUALITY_KINDS ? kind : QUALITY_NONE];
}

const char *flag_state_name(enum flag_state state)
{
    static const char *const names[] = {[FLAG_UNKNOWN] = "unknown",
                                        [FLAG_FINE] = "fine",
                                        [FLAG_WARN] = "warn",
                                        [FLAG_FAIL] = "fail"};
    return state <= FLAG_FAIL ? names[state] : names[FLAG_UNKNOWN];
}
